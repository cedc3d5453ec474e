import type { RunConfig } from '@lockstep/config';
import type { Backend, BackendName } from '@lockstep/math';
import type { GivenRows } from '@lockstep/nn';
import { FrameBuffer } from '@lockstep/protocol';
import type { SpanRows } from '../span-computer.ts';
import { InlineTeam } from './inline-team.ts';

/** Thread of the socket -> a thread with weights of its own. Survives a structured clone. */
export type CopyRequest =
  /** The first: what it will compute, and on which backend. */
  | { readonly type: 'setup'; readonly config: RunConfig; readonly backend: BackendName }
  | { readonly type: 'weights'; readonly weights: Float32Array; readonly checksum: string }
  /** Part number `part` of a span; `memory` is a buffer for its gradient, handed over for the answer to bring back. */
  | {
      readonly type: 'part';
      readonly part: number;
      readonly rows: SpanRows;
      readonly memory: Float32Array<ArrayBuffer>;
    }
  /** Part number `part` of rows to answer. */
  | { readonly type: 'answer'; readonly part: number; readonly rows: GivenRows };

/** A thread with weights of its own -> thread of the socket. */
export type CopyAnswer =
  /** It is set up and can be given weights. */
  | { readonly type: 'ready' }
  | {
      readonly type: 'part';
      readonly part: number;
      readonly memory: Float32Array<ArrayBuffer>;
      readonly lossSum: number;
      readonly checksum: string;
    }
  | { readonly type: 'answered'; readonly part: number; readonly outputs: Float32Array }
  | { readonly type: 'failed'; readonly error: Error };

export interface CopyThreadSetup {
  /** A backend of that name with a heap of so many bytes. */
  createBackend(name: BackendName, heapBytes: number): Promise<Backend>;
  /** Sends an answer; the buffers in `transfer` go with it. */
  post(answer: CopyAnswer, transfer: readonly ArrayBuffer[]): void;
}

/** A computing thread of a `CopyTeam`: takes one request after another. */
export class CopyThread {
  readonly #setup: CopyThreadSetup;
  #team: InlineTeam | undefined;
  #last: Promise<void> = Promise.resolve();

  constructor(setup: CopyThreadSetup) {
    this.#setup = setup;
  }

  receive(request: CopyRequest): void {
    this.#last = this.#last
      .then(() => this.#handle(request))
      .catch((error: unknown) => {
        const failure = error instanceof Error ? error : new Error(String(error));
        this.#setup.post({ type: 'failed', error: failure }, []);
      });
  }

  async #handle(request: CopyRequest): Promise<void> {
    if (request.type === 'setup') {
      const { config, backend: name } = request;
      const backend = await this.#setup.createBackend(name, InlineTeam.heapBytes(config));
      this.#team = new InlineTeam(backend, config);
      return this.#setup.post({ type: 'ready' }, []);
    }
    if (this.#team === undefined) throw new Error('a thread was given work before it was set up');
    if (request.type === 'weights') return this.#team.setWeights(request.weights, request.checksum);
    if (request.type === 'answer') {
      const outputs = await this.#team.answer(request.rows);
      return this.#setup.post({ type: 'answered', part: request.part, outputs }, []);
    }
    const { part, rows, memory } = request;
    const sum = await this.#team.compute(rows);
    new FrameBuffer(memory).tensor.set(sum.buffer.tensor);
    sum.release();
    const { lossSum, checksum } = sum;
    this.#setup.post({ type: 'part', part, memory, lossSum, checksum }, [memory.buffer]);
  }
}
