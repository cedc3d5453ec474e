import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { BrowserError } from './browser-error.ts';

/** How much of what a program says is kept for the message of a failure. */
const KEPT_CHARACTERS = 4000;
const KILL_AFTER_MS = 5000;

/** A program that this process started, and that ends with it. */
export interface ProgramProcess {
  /** What `find` makes of everything said so far on standard output and error, once that is something. */
  says<T>(find: (text: string) => T | undefined, timeoutMs?: number): Promise<T>;
  /** Asks it to end, and makes it after a while. Resolves when it is gone. */
  stop(): Promise<void>;
}

/** Starts a program. @throws {BrowserError} `did-not-start`, out of `says` too */
export function startProgram(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): ProgramProcess {
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  let said = '';
  const listeners = new Set<() => void>();
  const notify = (): void => listeners.forEach((listener) => listener());
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
    notify();
  });
  child.once('close', notify);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-KEPT_CHARACTERS);
      notify();
    });
  }
  const isGone = (): boolean => failure !== undefined || child.exitCode !== null || child.signalCode !== null;
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('close', () => process.off('exit', kill));

  return {
    says: (find, timeoutMs = 30_000) =>
      new Promise((resolve, reject) => {
        const fail = (what: string): void => {
          settle();
          const message = `${file} ${what}; it said: ${said.trim() || 'nothing'}`;
          reject(new BrowserError('did-not-start', message, { cause: failure }));
        };
        const look = (): void => {
          const found = find(said);
          if (found !== undefined) {
            settle();
            resolve(found);
          } else if (isGone()) fail('ended too early');
        };
        const timer = setTimeout(() => fail(`was not ready after ${timeoutMs} ms`), timeoutMs);
        const settle = (): void => {
          clearTimeout(timer);
          listeners.delete(look);
        };
        listeners.add(look);
        look();
      }),
    stop: async () => {
      if (!isGone()) await stopChild(child);
    },
  };
}

async function stopChild(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
  await closed;
  clearTimeout(timer);
}
