import type { RunConfig } from '@lockstep/config';
import {
  childrenOf,
  leafCountOf,
  rootSpan,
  rowsOfSpan,
  spanKey,
  targetsBetween,
  type Span,
} from '@lockstep/data';
import { referenceBackend, type BackendName } from '@lockstep/math';
import { layoutOf, type GivenRows } from '@lockstep/nn';
import { FrameBuffer } from '@lockstep/protocol';
import type { SpanRows } from '../span-computer.ts';
import type { ComputeTeam, TeamSum } from './compute-team.ts';
import type { CopyAnswer, CopyRequest } from './copy-thread.ts';

type PartAnswer = Extract<CopyAnswer, { type: 'part' }>;
type Answered = Extract<CopyAnswer, { type: 'answered' }>;

/** A thread as the host has it, which runs a `CopyThread`. */
export interface CopyHost {
  /** Sends a request; the buffers in `transfer` go with it. */
  post(request: CopyRequest, transfer: readonly ArrayBuffer[]): void;
  onMessage(handler: (answer: CopyAnswer) => void): void;
  /** It ended without being asked to. */
  onError(handler: (error: Error) => void): void;
  terminate(): void;
}

export interface CopyTeamSetup {
  readonly config: RunConfig;
  readonly backend: BackendName;
  readonly threads: number;
  spawn(thread: number): CopyHost;
}

/** The rows of a thread, start .. end - 1 of those given; `bytes` is a copy. */
interface OwnRows {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly start: number;
  readonly end: number;
}

/** A part's sum, or that of a node above parts. */
interface NodeSum {
  readonly buffer: FrameBuffer;
  readonly lossSum: number;
  /** Undefined where it was added up here. */
  readonly checksum: string | undefined;
}

/**
 * Threads without memory in common, where a browser gives none: each has a copy of the weights and computes a node of the span's
 * tree; the sums are joined up the tree, as the coordinator joins those of workers.
 */
export class CopyTeam implements ComputeTeam {
  readonly threads: number;
  readonly #leafRows: number;
  readonly #featureCount: number;
  /** Of a row, where it has no class. */
  readonly #targetWidth: number;
  readonly #memoryLength: number;
  readonly #hosts: readonly CopyHost[];
  readonly #freeMemory: Float32Array<ArrayBuffer>[] = [];
  readonly #waiting: ((answer: PartAnswer | Answered) => void)[] = [];
  #reject: (error: Error) => void = () => undefined;
  #failure: Error | undefined;

  private constructor({ config, threads }: CopyTeamSetup, hosts: readonly CopyHost[]) {
    this.threads = threads;
    this.#leafRows = config.leafRows;
    this.#featureCount = config.dataset.featureCount;
    this.#targetWidth = config.dataset.classCount;
    this.#memoryLength = FrameBuffer.elementsFor(layoutOf(config.model).length);
    this.#hosts = hosts;
  }

  /** Starts the threads; resolves when all are ready. */
  static async start(setup: CopyTeamSetup): Promise<CopyTeam> {
    const hosts = Array.from({ length: setup.threads }, (_, thread) => setup.spawn(thread));
    const team = new CopyTeam(setup, hosts);
    const { config, backend } = setup;
    try {
      const ready = hosts.map((host) => team.#started(host));
      for (const host of hosts) host.post({ type: 'setup', config, backend }, []);
      await Promise.all(ready);
    } catch (error) {
      team.close();
      throw error;
    }
    return team;
  }

  setWeights(weights: Float32Array, checksum: string): void {
    for (const host of this.#hosts) {
      const copy = weights.slice();
      host.post({ type: 'weights', weights: copy, checksum }, [copy.buffer]);
    }
  }

  async compute({ rows, labels, step, firstRow }: SpanRows): Promise<TeamSum> {
    const given = { rows, rowCount: rows.length / this.#featureCount };
    const [nodes, answers] = await this.#have(given, ({ bytes, start, end }, part) => {
      const memory = this.#freeMemory.pop() ?? new Float32Array(this.#memoryLength);
      const own = {
        rows: bytes,
        labels: targetsBetween(labels, start, end, this.#targetWidth).slice(),
        step,
        firstRow: firstRow + start,
      };
      this.#hosts[part]!.post({ type: 'part', part, rows: own, memory }, [bytes.buffer, memory.buffer]);
    });
    const sums = new Map(nodes.map((node, part) => [spanKey(node), answers[part] as PartAnswer]));
    const { buffer, lossSum, checksum } = this.#sumOf(this.#rootOf(given), sums);
    return {
      buffer,
      lossSum,
      checksum: checksum ?? referenceBackend.checksum(buffer.tensor).checksum,
      release: () => this.#free(buffer),
    };
  }

  async answer(given: GivenRows): Promise<Float32Array> {
    const [, answers] = await this.#have(given, ({ bytes, start, end }, part) => {
      const rows = { rows: bytes, rowCount: end - start };
      this.#hosts[part]!.post({ type: 'answer', part, rows }, [bytes.buffer]);
    });
    const outputs = answers.map((answer) => (answer as Answered).outputs);
    const whole = new Float32Array(outputs.reduce((sum, { length }) => sum + length, 0));
    let place = 0;
    for (const part of outputs) {
      whole.set(part, place);
      place += part.length;
    }
    return whole;
  }

  close(): void {
    for (const host of this.#hosts) host.terminate();
  }

  #rootOf({ rowCount }: GivenRows): Span {
    return rootSpan(leafCountOf(rowCount, this.#leafRows));
  }

  /**
   * Has each thread do its node of the tree over the rows.
   * @param give posts a thread its rows
   * @returns the nodes in order, and their answers
   */
  async #have(
    given: GivenRows,
    give: (own: OwnRows, part: number) => void,
  ): Promise<readonly [readonly Span[], readonly (PartAnswer | Answered)[]]> {
    if (this.#failure !== undefined) throw this.#failure;
    const nodes = partsOf(this.#rootOf(given), this.threads);
    const answers = await new Promise<readonly (PartAnswer | Answered)[]>((resolve, reject) => {
      this.#reject = reject;
      const parts = nodes.map(
        (_, part) => new Promise<PartAnswer | Answered>((done) => (this.#waiting[part] = done)),
      );
      void Promise.all(parts).then(resolve);
      nodes.forEach((node, part) => {
        const { start, end } = rowsOfSpan(node, given.rowCount, this.#leafRows);
        const bytes = given.rows.slice(start * this.#featureCount, end * this.#featureCount);
        give({ bytes, start, end }, part);
      });
    });
    return [nodes, answers];
  }

  /** Every node is left + right, as in the contract; the sum of two lies in the left one's buffer. */
  #sumOf(node: Span, sums: ReadonlyMap<string, PartAnswer>): NodeSum {
    const answer = sums.get(spanKey(node));
    if (answer !== undefined) {
      const { memory, lossSum, checksum } = answer;
      return { buffer: new FrameBuffer(memory), lossSum, checksum };
    }
    const [first, second] = childrenOf(node)!;
    const [left, right] = [this.#sumOf(first, sums), this.#sumOf(second, sums)];
    referenceBackend.map('add', [left.buffer.tensor], [left.buffer.tensor, right.buffer.tensor]);
    this.#free(right.buffer);
    return { buffer: left.buffer, lossSum: left.lossSum + right.lossSum, checksum: undefined };
  }

  #free({ bytes }: FrameBuffer): void {
    this.#freeMemory.push(new Float32Array(bytes.buffer as ArrayBuffer));
  }

  /** Listens to a thread from here on; resolves when it is ready, rejects when it fails first. */
  #started(host: CopyHost): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        reject(error);
        this.#failure ??= error;
        this.#reject(error);
      };
      host.onError(fail);
      host.onMessage((answer) => {
        if (answer.type === 'failed') fail(answer.error);
        else if (answer.type === 'ready') resolve();
        else this.#waiting[answer.part]?.(answer);
      });
    });
  }
}

/** At most `most` nodes that cover `root`, in order: the largest is split until there are as many, or leaves alone. */
export function partsOf(root: Span, most: number): readonly Span[] {
  const parts = [root];
  while (parts.length < most) {
    const largest = parts.reduce((best, part) => (part.leafCount > best.leafCount ? part : best));
    const children = childrenOf(largest);
    if (children === undefined) break;
    parts.splice(parts.indexOf(largest), 1, ...children);
  }
  return parts;
}
