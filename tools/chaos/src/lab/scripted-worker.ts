import { parseWorkerConfigJson, type RunConfig } from '@lockstep/config';
import { spanCovers, type Span } from '@lockstep/data';
import { createBackend, type Backend } from '@lockstep/math';
import { GOLDEN_DIGEST, layoutOf } from '@lockstep/nn';
import {
  coordinatorMessageLimits,
  CONTRACT,
  decodeCoordinatorMessage,
  encodeWorkerMessage,
  WELCOME_LIMITS,
  HEARTBEAT_MILLIS,
  PROTOCOL_VERSION,
  type Contribution,
  type FrameLimits,
  type Hello,
  type LeaseMessage,
  type Refused,
  type RowsMessage,
  type VerdictMessage,
  type Welcome,
  type WorkerMessage,
} from '@lockstep/protocol';
import { runShapeOf, InlineTeam, SpanComputer } from '@lockstep/worker';
import { WebSocket } from 'ws';
import { until } from './wait.ts';

export interface ScriptOptions {
  readonly name?: string;
  readonly token?: string;
  /** An address of the loopback network to come from. */
  readonly localAddress?: string;
  /** Whether it gives no sign of life but its answers, and what the library under it says by itself. */
  readonly isMute?: boolean;
  /** Does with a lease whatever the script wants; without it the worker is honest. */
  onLease?(lease: LeaseMessage, worker: ScriptedWorker): void;
}

/** A worker that speaks the protocol and can do everything well, and does what its script says instead. */
export class ScriptedWorker {
  readonly socket: WebSocket;
  /** The close that ended it. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly verdicts: VerdictMessage[] = [];
  welcome: Welcome | undefined;
  refused: Refused | undefined;
  config: RunConfig | undefined;
  leases = 0;
  readonly #options: ScriptOptions;
  #limits: FrameLimits = WELCOME_LIMITS;
  #backend: Backend | undefined;
  #computer: SpanComputer | undefined;
  #tensor: Float32Array | undefined;
  #rows: RowsMessage[] = [];
  #step = 0;
  #work: Promise<void> = Promise.resolve();

  constructor(port: number, options: ScriptOptions = {}) {
    this.#options = options;
    const { localAddress } = options;
    this.socket = new WebSocket(`ws://127.0.0.1:${port}`, {
      perMessageDeflate: false,
      maxPayload: 2 ** 28,
      ...(localAddress === undefined ? {} : { localAddress }),
    });
    this.closed = new Promise((resolve) =>
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
    );
    this.socket.on('error', () => undefined);
    this.socket.on('message', (frame: Buffer) => {
      const copy = new Uint8Array(frame);
      this.#work = this.#work.then(() => this.#receive(copy));
    });
  }

  /** Says hello as an honest worker does, with changes; resolves when it was let in. */
  static async join(port: number, options: ScriptOptions = {}): Promise<ScriptedWorker> {
    const worker = new ScriptedWorker(port, options);
    await worker.opened();
    worker.send(worker.hello());
    await until(`a welcome for ${options.name ?? 'a scripted worker'}`, () => worker.welcome);
    return worker;
  }

  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.once('open', resolve);
      this.socket.once('error', reject);
    });
  }

  hello(changes: Partial<Hello> = {}): Hello {
    const { name = 'scripted', token } = this.#options;
    return {
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      contract: CONTRACT,
      goldenDigest: GOLDEN_DIGEST,
      name,
      kind: 'process',
      engine: 'script',
      backend: 'wasm',
      threads: 1,
      ...(token === undefined ? {} : { token }),
      ...changes,
    };
  }

  send(message: WorkerMessage): void {
    this.sendFrame(encodeWorkerMessage(message));
  }

  sendFrame(frame: Uint8Array): void {
    this.socket.send(frame);
  }

  /** What an honest worker answers, against the weights at hand. */
  contribution(lease: LeaseMessage): Contribution {
    const { term, step, span, rowCount } = lease;
    const startedAt = performance.now();
    const { rows, labels } = this.#rowsOf(step, span, rowCount);
    const { gradient, lossSum } = this.#computer!.compute({
      rows,
      labels,
      step,
      firstRow: span.firstLeaf * this.config!.leafRows,
    });
    const { checksum } = this.#backend!.checksum(gradient);
    const computeMicros = Math.round((performance.now() - startedAt) * 1000);
    return {
      type: 'contribution',
      term,
      step,
      span,
      rowCount,
      computeMicros,
      checksum,
      lossSum,
      gradient: gradient.slice(),
    };
  }

  /** `contribution` with another gradient, and the checksum that belongs to it. */
  withGradient(contribution: Contribution, gradient: Float32Array): Contribution {
    this.#tensor!.set(gradient);
    return { ...contribution, gradient, checksum: this.#backend!.checksum(this.#tensor!).checksum };
  }

  async #receive(frame: Uint8Array): Promise<void> {
    const message = decodeCoordinatorMessage(frame, this.#limits);
    switch (message.type) {
      case 'welcome':
        return this.#onWelcome(message);
      case 'refused':
        this.refused = message;
        return;
      case 'weights':
        this.#computer!.network.weights.set(message.weights);
        this.#step = message.step;
        this.#rows = this.#rows.filter(({ step }) => step >= message.step);
        return;
      case 'rows':
        this.#rows.push(message);
        return;
      case 'lease':
        this.leases++;
        if (this.#options.onLease === undefined) this.send(this.contribution(message));
        else this.#options.onLease(message, this);
        return;
      case 'verdict':
        this.verdicts.push(message);
        return;
      default:
        return;
    }
  }

  async #onWelcome(welcome: Welcome): Promise<void> {
    const config = parseWorkerConfigJson(welcome.configJson);
    this.config = config;
    const parameterCount = layoutOf(config.model).length;
    this.#limits = coordinatorMessageLimits(runShapeOf(config));
    const heapBytes = InlineTeam.heapBytes(config) + 64 * parameterCount * 4;
    this.#backend = (await createBackend('wasm', { heapBytes })).backend;
    this.#computer = new SpanComputer(this.#backend, config);
    this.#tensor = this.#backend.allocate(parameterCount);
    this.welcome = welcome;
    if (this.#options.isMute !== true) this.#beat(welcome.term);
  }

  /** An honest worker's signs of life, whatever its script does. */
  #beat(term: number): void {
    const beats = setInterval(() => {
      if (this.socket.readyState !== WebSocket.OPEN) return clearInterval(beats);
      this.send({ type: 'heartbeat', term, step: this.#step, rowsDone: 0 });
    }, HEARTBEAT_MILLIS);
    beats.unref();
  }

  #rowsOf(step: number, span: Span, rowCount: number): Pick<RowsMessage, 'rows' | 'labels'> {
    const message = this.#rows.find((rows) => rows.step === step && spanCovers(rows.span, span))!;
    const { leafRows, dataset } = this.config!;
    const skipped = (span.firstLeaf - message.span.firstLeaf) * leafRows;
    const end = skipped + rowCount;
    return {
      rows: message.rows.subarray(skipped * dataset.featureCount, end * dataset.featureCount),
      labels: message.labels.subarray(skipped, end),
    };
  }
}
