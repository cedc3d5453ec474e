import type { ComputeMessage, PageMessage } from '../messages.ts';
import { coordinatorUrl } from '../ui/coordinator-url.ts';

export interface HelperSetup {
  readonly start: Omit<Extract<PageMessage, { type: 'start' }>, 'type' | 'url'>;
  onMessage(message: ComputeMessage): void;
}

/** A stretch of helping: the Web Worker that has the socket, from its start until it says that it ended. */
export class Helper {
  readonly #worker: Worker;

  constructor({ start, onMessage }: HelperSetup) {
    this.#worker = new Worker(new URL('../compute/compute.ts', import.meta.url), {
      type: 'module',
      name: 'compute',
    });
    const receive = (message: ComputeMessage): void => {
      // It ends the threads with it.
      if (message.type === 'ended') this.#worker.terminate();
      onMessage(message);
    };
    this.#worker.addEventListener('message', ({ data }: MessageEvent<ComputeMessage>) => receive(data));
    this.#worker.addEventListener('error', ({ message }) => {
      const why = message || 'its program did not load; load the page again';
      receive({ type: 'ended', kind: 'failed', text: `This tab cannot compute: ${why}.` });
    });
    this.tell({ type: 'start', url: coordinatorUrl('./'), ...start });
  }

  tell(message: PageMessage): void {
    this.#worker.postMessage(message);
  }

  /** At once, without a goodbye. */
  end(): void {
    this.#worker.terminate();
  }
}
