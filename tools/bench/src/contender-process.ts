import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Measurement, Result } from './benchmark-case.ts';
import { BenchError, type BenchErrorCode } from './bench-error.ts';
import { rootFolder } from './paths.ts';
import type { Session } from './runner.ts';
import { withSettings, type Settings } from './settings.ts';

/** What the process of a contender says. */
export type ContenderMessage =
  | { readonly type: 'ready'; readonly result?: Result; readonly detail?: string }
  | ({ readonly type: 'measured' } & Measurement)
  | { readonly type: 'failed'; readonly message: string; readonly code?: BenchErrorCode };

/**
 * Starts a contender in a process of its own, which ends with this one.
 * @throws {BenchError} `contender-failed`, or what the contender itself gives as its reason
 */
export async function openProcess(caseName: string, contender: string, settings: Settings): Promise<Session> {
  const child = fork(path.join(rootFolder, 'tools/run.mjs'), ['bench/contend', caseName, contender], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: withSettings(settings),
  });
  const failure = (detail: string, code: BenchErrorCode = 'contender-failed'): BenchError =>
    new BenchError(code, code === 'unavailable' ? detail : `${caseName}: ${contender}: ${detail}`);
  const close = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    if (child.connected) child.disconnect();
    await exited;
  };
  try {
    const ready = await nextMessage(child, failure);
    if (ready.type !== 'ready') throw failure('it spoke out of turn');
    return {
      ...(ready.result !== undefined && { result: ready.result }),
      ...(ready.detail !== undefined && { detail: ready.detail }),
      measure: async () => {
        child.send('measure');
        const measured = await nextMessage(child, failure);
        if (measured.type !== 'measured') throw failure('it spoke out of turn');
        return measured;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function nextMessage(
  child: ChildProcess,
  failure: (detail: string, code?: BenchErrorCode) => BenchError,
): Promise<Exclude<ContenderMessage, { type: 'failed' }>> {
  const message = await new Promise<ContenderMessage>((resolve, reject) => {
    const settle = (): void => {
      child.off('message', onMessage).off('exit', onExit).off('error', reject);
    };
    const onMessage = (received: unknown): void => {
      settle();
      resolve(received as ContenderMessage);
    };
    const onExit = (): void => {
      settle();
      reject(failure('its process ended early'));
    };
    child.on('message', onMessage).on('exit', onExit).on('error', reject);
  });
  if (message.type === 'failed') throw failure(message.message, message.code);
  return message;
}
