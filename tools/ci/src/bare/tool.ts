import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { BareError } from './bare-error.ts';

/** Statuses as shells give them. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

export const say = (text: string): void => void process.stdout.write(`${text}\n`);

export interface Tool<Options> {
  readonly name: string;
  readonly help: string;
  /** @throws {BareError} `bad-argument` */
  readOptions(args: readonly string[]): Options | 'help';
  /** @returns the exit status */
  run(options: Options): Promise<number>;
}

/** Runs a tool with the arguments of this process: its help, or what it does, with a sentence and a status for what fails. */
export async function runTool<Options>({ name, help, readOptions, run }: Tool<Options>): Promise<void> {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options === 'help') say(help);
    else process.exitCode = await run(options);
  } catch (error) {
    if (!(error instanceof BareError)) throw error;
    process.stderr.write(`${name}: ${error.message}\n`);
    process.exitCode = error.code === 'bad-argument' ? 2 : 1;
  }
}

/**
 * A folder that is gone with this process, unless it is to be kept. At the exit, so that a signal leaves nothing behind either; what is
 * mounted in it is gone with the processes.
 */
export function temporaryFolder(name: string, { isKept = false } = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), `lockstep-${name}-`));
  process.once('exit', () => {
    if (!isKept) rmSync(folder, { recursive: true, force: true });
  });
  for (const [signal, status] of Object.entries(SIGNALS)) {
    process.once(signal, () => process.exit(status));
  }
  return folder;
}
