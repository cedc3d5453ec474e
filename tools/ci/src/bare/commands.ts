import { execFile } from 'node:child_process';
import { BareError } from './bare-error.ts';

const MOST_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Addresses are those of this machine's mirrors, which are no business of a log. */
const withoutAddresses = (text: string): string => text.replaceAll(/\bhttps?:\/\/[^\s"']+/g, '<address>');

/** Runs a command to its end. @throws {BareError} `command-failed` with the last lines it wrote */
export const output = (
  command: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<{ readonly stdout: string }> =>
  new Promise((resolve, reject) => {
    const [program, ...args] = command;
    execFile(program!, args, { ...options, maxBuffer: MOST_OUTPUT_BYTES }, (error, stdout, stderr) => {
      if (error === null) return resolve({ stdout });
      const text = `${stdout}\n${stderr}\n${error.code === 'ENOENT' ? error.message : ''}`;
      const lines = withoutAddresses(text).trim().split('\n').slice(-15).join('\n');
      reject(new BareError('command-failed', `${program} failed:\n${lines}`, { cause: error }));
    });
  });
