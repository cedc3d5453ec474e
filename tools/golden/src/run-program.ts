import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { GoldenError } from './golden-error.ts';
import type { Finding } from './workload/findings.ts';

/** A program to be run: its file, arguments, and what it finds in its environment besides ours. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** The end of what a program said, for the message of its failure. */
const KEPT_CHARACTERS = 600;
const TIMEOUT_MS = 300_000;

/** What a program prints on standard output. @throws {GoldenError} `engine-failed` */
export async function outputOf({ file, args, env }: Program, timeoutMs = TIMEOUT_MS): Promise<string> {
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let output = '';
  let complaints = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => void (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => void (complaints += text));
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  try {
    const [status, signal] = (await once(child, 'close')) as [number | null, string | null];
    if (status === 0) return output;
    const end = signal === null ? `status ${status}` : signal;
    throw failure(
      `${file} ended with ${end}: ${complaints.trim().slice(-KEPT_CHARACTERS) || 'it said nothing'}`,
    );
  } catch (cause) {
    throw cause instanceof GoldenError ? cause : failure(`${file} could not be run`, { cause });
  } finally {
    clearTimeout(timer);
  }
}

/** The findings that a program prints, one JSON object a line. @throws {GoldenError} `engine-failed` */
export async function findingsOf(program: Program): Promise<Finding[]> {
  const lines = (await outputOf(program)).split('\n').filter((line) => line.startsWith('{'));
  if (lines.length === 0) throw failure(`${program.file} printed no findings`);
  return lines.map((line) => JSON.parse(line) as Finding);
}

const failure = (message: string, options?: ErrorOptions): GoldenError =>
  new GoldenError('engine-failed', message, options);
