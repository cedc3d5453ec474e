import type { Backend } from '@lockstep/math';
import { parseRunConfigJson, type RunConfig } from '@lockstep/config';
import { GOLDEN_DIGEST, layoutOf } from '@lockstep/nn';
import {
  CONTRACT,
  coordinatorMessageLimits,
  decodeCoordinatorMessage,
  encodeWorkerMessage,
  encodedWorkerSize,
  HANDSHAKE_LIMITS,
  PROTOCOL_VERSION,
  type CoordinatorMessage,
  type Finished,
  type FrameLimits,
  type LeaseMessage,
  type Refused,
  type VerdictMessage,
  type Weights,
  type Welcome,
  type WorkerKind,
  type WorkerMessage,
} from '@lockstep/protocol';
import { SpanComputer } from './span-computer.ts';

/** Who a worker says it is. */
export interface WorkerIdentity {
  readonly name: string;
  readonly kind: WorkerKind;
  /** "node 20.20.2", "Chromium 156". */
  readonly engine: string;
  /** The backend's description. */
  readonly backend: string;
  readonly threads: number;
  /** What this worker's backend computed for the golden workload. */
  readonly goldenDigest: string;
  readonly token?: string;
}

/** What a session tells whoever runs it. */
export type WorkerNotice =
  | { readonly type: 'welcomed'; readonly run: string; readonly worker: number; readonly config: RunConfig }
  | {
      readonly type: 'span-computed';
      readonly step: number;
      readonly rowCount: number;
      readonly lossSum: number;
    }
  | { readonly type: 'verdict'; readonly verdict: VerdictMessage }
  | { readonly type: 'refused'; readonly refusal: Refused }
  | { readonly type: 'finished'; readonly finished: Finished };

/** What a session needs from the process or tab around it. */
export interface WorkerSurroundings {
  readonly identity: WorkerIdentity;
  /** A backend with a heap of at least `heapBytes`, of the kind the golden digest was computed on. */
  createBackend(heapBytes: number): Promise<Backend>;
  /** Puts a frame on the wire; `onFlushed` is called when its bytes may be overwritten. */
  send(frame: Uint8Array, onFlushed?: () => void): void;
  /** Microseconds of a monotonic clock. */
  now(): number;
  notify(notice: WorkerNotice): void;
  /** The session cannot go on: what the peer sent, or this machine, is at fault. */
  fail(error: Error): void;
}

/**
 * One connection of a worker: says hello, takes weights and leases, answers each lease with its contribution. Knows no socket
 * and no clock. Frames are handled in the order they come; those that come while the backend is made wait for it.
 */
export class WorkerSession {
  readonly #surroundings: WorkerSurroundings;
  #limits: FrameLimits = HANDSHAKE_LIMITS;
  #run: ActiveRun | undefined;
  /** Frames that wait for the backend; undefined when none has to. */
  #waiting: Uint8Array[] | undefined;
  readonly #freeBuffers: Uint8Array[] = [];
  #isOver = false;

  constructor(surroundings: WorkerSurroundings) {
    this.#surroundings = surroundings;
  }

  /** Says hello. */
  start(): void {
    const { goldenDigest, token, ...identity } = this.#surroundings.identity;
    const secret = token === undefined ? {} : { token };
    this.#send({
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      contract: CONTRACT,
      goldenDigest,
      ...identity,
      ...secret,
    });
  }

  /** Takes one frame from the coordinator; it belongs to the session from here on. */
  receive(frame: Uint8Array): void {
    if (this.#isOver) return;
    if (this.#waiting !== undefined) {
      this.#waiting.push(frame);
      return;
    }
    try {
      this.#handle(decodeCoordinatorMessage(frame, this.#limits));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Says goodbye; the caller closes the connection. */
  leave(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#send({ type: 'leave', reason });
  }

  #handle(message: CoordinatorMessage): void {
    switch (message.type) {
      case 'welcome':
        return this.#onWelcome(message);
      case 'weights':
        return this.#onWeights(message);
      case 'lease':
        return this.#onLease(message);
      case 'verdict':
        return this.#surroundings.notify({ type: 'verdict', verdict: message });
      case 'refused':
        return this.#surroundings.notify({ type: 'refused', refusal: message });
      case 'finished':
        return this.#surroundings.notify({ type: 'finished', finished: message });
    }
  }

  #onWelcome(welcome: Welcome): void {
    if (welcome.contract !== CONTRACT || welcome.goldenDigest !== GOLDEN_DIGEST) {
      throw new Error(
        `the coordinator computes under ${welcome.contract} (golden digest ${welcome.goldenDigest.slice(0, 12)}), this worker ` +
          `under ${CONTRACT} (${GOLDEN_DIGEST.slice(0, 12)}): use the same version of Lockstep on both sides`,
      );
    }
    const config = parseRunConfigJson(welcome.configJson);
    this.#limits = coordinatorMessageLimits({
      parameterCount: layoutOf(config.model).length,
      featureCount: config.dataset.featureCount,
      maxRowCount: config.batchSize,
    });
    this.#waiting = [];
    this.#surroundings.createBackend(SpanComputer.heapBytes(config)).then(
      (backend) => {
        this.#run = {
          backend,
          computer: new SpanComputer(backend, config),
          term: welcome.term,
          weightsStep: -1,
        };
        this.#surroundings.notify({ type: 'welcomed', run: welcome.run, worker: welcome.worker, config });
        const frames = this.#waiting ?? [];
        this.#waiting = undefined;
        for (const frame of frames) this.receive(frame);
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #onWeights(message: Weights): void {
    const run = this.#activeRun();
    run.computer.network.weights.set(message.weights);
    const { checksum } = run.backend.checksum(run.computer.network.weights);
    if (checksum !== message.checksum)
      throw new Error(`the weights of step ${message.step} arrived with other bits`);
    run.weightsStep = message.step;
  }

  #onLease(lease: LeaseMessage): void {
    const run = this.#activeRun();
    if (lease.step !== run.weightsStep || lease.term !== run.term) {
      throw new Error(`a lease of step ${lease.step} came with the weights of step ${run.weightsStep}`);
    }
    const startedAt = this.#surroundings.now();
    const { gradient, lossSum } = run.computer.compute(lease);
    const { checksum } = run.backend.checksum(gradient);
    const computeMicros = Math.max(0, Math.round(this.#surroundings.now() - startedAt));
    const { term, step, span, rowCount } = lease;
    this.#send({
      type: 'contribution',
      term,
      step,
      span,
      rowCount,
      computeMicros,
      checksum,
      lossSum,
      gradient,
    });
    this.#surroundings.notify({ type: 'span-computed', step, rowCount, lossSum });
  }

  #activeRun(): ActiveRun {
    if (this.#run === undefined) throw new Error('the coordinator sent work before its welcome');
    return this.#run;
  }

  /** Encodes into a buffer that comes back when its bytes are on the wire, so that no step allocates one. */
  #send(message: WorkerMessage): void {
    const size = encodedWorkerSize(message);
    const buffer = this.#freeBuffers.find((free) => free.length >= size) ?? new Uint8Array(size);
    const index = this.#freeBuffers.indexOf(buffer);
    if (index >= 0) this.#freeBuffers.splice(index, 1);
    this.#surroundings.send(encodeWorkerMessage(message, buffer), () => this.#freeBuffers.push(buffer));
  }

  #fail(error: unknown): void {
    this.#isOver = true;
    this.#surroundings.fail(error instanceof Error ? error : new Error(String(error)));
  }
}

interface ActiveRun {
  readonly backend: Backend;
  readonly computer: SpanComputer;
  readonly term: number;
  /** The step that the weights at hand are for; -1 before the first. */
  weightsStep: number;
}
