import type { ThreadMessage } from '../messages.ts';

/** One more Web Worker that runs what this one runs. */
export const startThread = (): Worker => new Worker(self.location.href, { type: 'module', name: 'thread' });

export const sendTo = (worker: Worker, message: ThreadMessage, transfer: readonly ArrayBuffer[] = []): void =>
  worker.postMessage(message, [...transfer]);

/** A Web Worker as a team has it. */
export const listen = <Message>(
  worker: Worker,
): {
  onMessage(handler: (message: Message) => void): void;
  onError(handler: (error: Error) => void): void;
  terminate(): void;
} => ({
  onMessage: (handler) =>
    worker.addEventListener('message', ({ data }: MessageEvent<Message>) => handler(data)),
  onError: (handler) =>
    worker.addEventListener('error', ({ message }) =>
      handler(new Error(message || 'a computing thread ended')),
    ),
  terminate: () => worker.terminate(),
});
