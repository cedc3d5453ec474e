import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { CheckError } from './check-error.ts';

const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

export interface Place {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a command to its end. @throws {CheckError} `command-failed` with the last lines it wrote */
export const output = (command: readonly string[], place: Place = {}): Promise<Output> =>
  new Promise((resolve, reject) => {
    const [program, ...args] = command;
    execFile(program!, args, { ...place, maxBuffer: MOST_OUTPUT_BYTES }, (error, stdout, stderr) => {
      if (error === null) return resolve({ stdout, stderr });
      const lines = `${stdout}\n${stderr}\n${error.code === 'ENOENT' ? error.message : ''}`
        .trim()
        .split('\n');
      reject(
        new CheckError('command-failed', `${command.join(' ')}:\n${lines.slice(-15).join('\n')}`, {
          cause: error,
        }),
      );
    });
  });

/** Runs a command whose output is for whoever waits. @throws {CheckError} `command-failed` */
export async function shown(command: readonly string[], place: Place = {}): Promise<void> {
  const [program, ...args] = command;
  const child = spawn(program!, args, { ...place, stdio: ['ignore', 2, 2] });
  const [status] = (await once(child, 'exit')) as [number | null];
  if (status !== 0)
    throw new CheckError('command-failed', `${command.join(' ')} ended with status ${status}`);
}

/** Whether a command is there and ends well. */
export const works = (command: readonly string[]): Promise<boolean> =>
  output(command).then(
    () => true,
    () => false,
  );
