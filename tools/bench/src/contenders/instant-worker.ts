import { checksumOf } from '@lockstep/math';
import { parseWorkerConfigJson } from '@lockstep/config';
import { GOLDEN_DIGEST, layoutOf } from '@lockstep/nn';
import {
  coordinatorMessageLimits,
  CONTRACT,
  decodeCoordinatorMessage,
  encodeWorkerMessage,
  encodedWorkerSize,
  WELCOME_LIMITS,
  HEARTBEAT_MILLIS,
  PROTOCOL_VERSION,
  type CoordinatorMessage,
  type FrameLimits,
  type LeaseMessage,
  type WorkerMessage,
} from '@lockstep/protocol';
import { runShapeOf } from '@lockstep/worker';
import { openChannel, type Channel } from '@lockstep/transport';
import { WebSocket } from 'ws';

const MAX_FRAME_BYTES = 1024 * 1024 * 1024;

/** Keeps the steps of a run apart, for all of its workers. */
export class Pace {
  readonly #stepMillis: number;
  #dueAt = 0;
  /** The newest step that was leased. */
  step = -1;

  /** @param stepMillis from the answers of one step to those of the next; what is late is not caught up with */
  constructor(stepMillis: number) {
    this.#stepMillis = stepMillis;
  }

  /** Milliseconds from now until `step` may be answered. */
  millisUntil(step: number): number {
    const now = performance.now();
    if (step > this.step) {
      this.#dueAt = Math.max(this.#dueAt + this.#stepMillis, now);
      this.step = step;
    }
    return this.#dueAt - now;
  }
}

/**
 * A worker that computes nothing: it answers every lease at once, or when its pace says so, with zeros. What is left of a step is what the coordinator
 * and the wire take.
 */
export class InstantWorker {
  readonly #channel: Channel;
  readonly #pace: Pace | undefined;
  readonly #freeBuffers: Uint8Array[] = [];
  #limits: FrameLimits = WELCOME_LIMITS;
  #gradient = new Float32Array(0);
  #checksum = '';

  private constructor(channel: Channel, name: string, pace: Pace | undefined) {
    this.#channel = channel;
    this.#pace = pace;
    channel.onFrame((frame) => this.#handle(decodeCoordinatorMessage(frame, this.#limits)));
    this.#send({
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      contract: CONTRACT,
      goldenDigest: GOLDEN_DIGEST,
      name,
      kind: 'process',
      engine: `node ${process.versions.node}`,
      backend: 'none',
      threads: 1,
    });
  }

  /** Joins the run at `url`; it works until the coordinator closes. */
  static async join(url: string, name: string, pace?: Pace): Promise<void> {
    const socket = new WebSocket(url, {
      perMessageDeflate: false,
      maxPayload: MAX_FRAME_BYTES,
      generateMask: (mask) => void mask.fill(0),
    });
    new InstantWorker(await openChannel(socket), name, pace);
  }

  #handle(message: CoordinatorMessage): void {
    if (message.type === 'welcome') {
      const config = parseWorkerConfigJson(message.configJson);
      const parameterCount = layoutOf(config.model).length;
      this.#limits = coordinatorMessageLimits(runShapeOf(config));
      const { term } = message;
      const beat = (): void => this.#send({ type: 'heartbeat', term, step: 0, rowsDone: 0 });
      const beats = setInterval(beat, HEARTBEAT_MILLIS);
      this.#channel.onClose(() => clearInterval(beats));
      this.#gradient = new Float32Array(parameterCount);
      this.#checksum = checksumOf(this.#gradient).checksum;
    } else if (message.type === 'lease') {
      const millis = this.#pace?.millisUntil(message.step) ?? 0;
      if (millis >= 1) setTimeout(() => this.#answer(message), millis);
      else this.#answer(message);
    }
  }

  /** Says that all of the time went into computing: the coordinator is to deal to everyone, however long the queue on the wire. */
  #answer({ term, step, span, rowCount }: LeaseMessage): void {
    this.#send({
      type: 'contribution',
      ...{ term, step, span, rowCount },
      computeMicros: Number.MAX_SAFE_INTEGER,
      checksum: this.#checksum,
      lossSum: 0,
      gradient: this.#gradient,
    });
  }

  /** Encodes into a buffer that is used again when its bytes are on the wire. */
  #send(message: WorkerMessage): void {
    const size = encodedWorkerSize(message);
    const index = this.#freeBuffers.findIndex(({ length }) => length >= size);
    const buffer = index < 0 ? new Uint8Array(size + 64) : this.#freeBuffers.splice(index, 1)[0]!;
    this.#channel.send(encodeWorkerMessage(message, buffer), () => this.#freeBuffers.push(buffer));
  }
}
