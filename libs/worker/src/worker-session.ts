import { parseWorkerConfigJson, type RunConfig } from '@lockstep/config';
import { GOLDEN_DIGEST } from '@lockstep/nn';
import {
  CONTRACT,
  coordinatorMessageLimits,
  decodeCoordinatorMessage,
  encodeWorkerMessage,
  WELCOME_LIMITS,
  PROTOCOL_VERSION,
  type AnswerPurpose,
  type CoordinatorMessage,
  type EvaluateMessage,
  type Finished,
  type FrameLimits,
  type LeaseMessage,
  type Refused,
  type Standby,
  type VerdictMessage,
  type Welcome,
  type WorkerKind,
  type WorkerMessage,
} from '@lockstep/protocol';
import { runShapeOf } from './run-shape.ts';
import { SpanDesk } from './span-desk.ts';
import type { ComputeTeam, TeamSum } from './team/compute-team.ts';

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
      /** A part of the step, or a check of what another computed. */
      readonly purpose: AnswerPurpose;
      readonly step: number;
      readonly rowCount: number;
      readonly lossSum: number;
    }
  /** Rows were judged, of which it learns nothing. */
  | { readonly type: 'part-evaluated'; readonly step: number; readonly rowCount: number }
  | { readonly type: 'verdict'; readonly verdict: VerdictMessage }
  /** It is dealt nothing for a while, and why. */
  | { readonly type: 'standby'; readonly standby: Standby }
  | { readonly type: 'refused'; readonly refusal: Refused }
  | { readonly type: 'finished'; readonly finished: Finished };

/** Where a session's frames go to, and come from. */
export interface Wire {
  /** `onFlushed` is called when the frame's bytes may be overwritten. */
  send(frame: Uint8Array, onFlushed?: () => void): void;
  /** Gives back the memory of a received frame. The session looks at none after `end`. */
  recycle(buffer: ArrayBufferLike): void;
}

/** What a session needs from the process or tab around it. */
export interface WorkerSurroundings {
  readonly identity: WorkerIdentity;
  /** Threads for a run of this configuration, on a backend of the kind the golden digest was computed on. */
  createTeam(config: RunConfig): Promise<ComputeTeam>;
  readonly wire: Wire;
  /** Microseconds of a monotonic clock. */
  now(): number;
  notify(notice: WorkerNotice): void;
  /** The session cannot go on: what the peer sent, or this machine, is at fault. */
  fail(error: Error): void;
}

/**
 * One connection of a worker: says hello, takes weights, rows and leases, answers each lease with its contribution, and the rows of
 * an evaluation with the network's outputs. Knows no
 * socket and no clock. Frames are handled in the order they come; those that come while the team is made wait for it.
 */
export class WorkerSession {
  readonly #surroundings: WorkerSurroundings;
  #limits: FrameLimits = WELCOME_LIMITS;
  #run: ActiveRun | undefined;
  /** Messages that wait for the team; undefined when none has to. */
  #waiting: CoordinatorMessage[] | undefined;
  #isComputing = false;
  /** Undefined before it is welcome. */
  #term: number | undefined;
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
    try {
      const message = decodeCoordinatorMessage(frame, this.#limits);
      // The end of the run waits for nobody: the connection may be closed before the team is there.
      if (this.#waiting === undefined || message.type === 'finished') this.#handle(message);
      else this.#waiting.push(message);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Says that it is there, and how far it is; to be called every `HEARTBEAT_MILLIS`. Nothing before it is welcome. */
  beat(): void {
    if (this.#isOver || this.#term === undefined) return;
    const desk = this.#run?.desk;
    const step = Math.max(desk?.step ?? 0, 0);
    this.#send({ type: 'heartbeat', term: this.#term, step, rowsDone: desk?.rowsDone ?? 0 });
  }

  /** Says goodbye; the caller closes the connection. */
  leave(reason: string): void {
    if (this.#isOver) return;
    this.#send({ type: 'leave', reason });
    this.end();
  }

  /** The connection is gone: nothing is computed or sent any more. */
  end(): void {
    this.#isOver = true;
    this.#run?.team.close();
    this.#run = undefined;
  }

  #handle(message: CoordinatorMessage): void {
    switch (message.type) {
      case 'welcome':
        return this.#onWelcome(message);
      case 'weights':
        this.#activeRun().desk.putWeights(message);
        return this.#work();
      case 'rows':
        return this.#activeRun().desk.putRows(message);
      case 'lease':
        this.#activeRun().desk.putLease(message);
        return this.#work();
      case 'evaluate':
        this.#activeRun().desk.putPart(message);
        return this.#work();
      case 'standby':
        return this.#surroundings.notify({ type: 'standby', standby: message });
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
    this.#term = welcome.term;
    const config = parseWorkerConfigJson(welcome.configJson);
    this.#limits = coordinatorMessageLimits(runShapeOf(config));
    this.#waiting = [];
    this.#surroundings.createTeam(config).then(
      (team) => this.#begin(team, welcome, config),
      (error: unknown) => this.#fail(error),
    );
  }

  #begin(team: ComputeTeam, { term, run, worker }: Welcome, config: RunConfig): void {
    if (this.#isOver) return team.close();
    this.#run = { team, desk: new SpanDesk(term, config, this.#surroundings.wire) };
    this.#surroundings.notify({ type: 'welcomed', run, worker, config });
    const messages = this.#waiting ?? [];
    this.#waiting = undefined;
    try {
      for (const message of messages) this.#handle(message);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Has the next lease computed, one at a time: weights may change only between two. */
  #work(): void {
    const { team, desk } = this.#activeRun();
    if (this.#isComputing) return;
    const weights = desk.takeWeights();
    if (weights !== undefined) {
      team.setWeights(weights.weights, weights.checksum);
      this.#surroundings.wire.recycle(weights.weights.buffer);
    }
    const part = desk.takePart();
    if (part !== undefined) return this.#evaluate(part);
    const work = desk.takeWork();
    if (work === undefined) return;
    this.#isComputing = true;
    const startedAt = this.#surroundings.now();
    team.compute(work.rows).then(
      (sum) => {
        this.#isComputing = false;
        if (this.#isOver) return;
        desk.noteDone(work.lease);
        this.#answer(work.lease, sum, Math.max(0, Math.round(this.#surroundings.now() - startedAt)));
        this.#work();
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #evaluate({ term, step, part, rows, rowCount }: EvaluateMessage): void {
    const { team } = this.#activeRun();
    this.#isComputing = true;
    const startedAt = this.#surroundings.now();
    team.answer({ rows, rowCount }).then(
      (outputs) => {
        this.#isComputing = false;
        if (this.#isOver) return;
        this.#surroundings.wire.recycle(rows.buffer);
        const computeMicros = Math.max(0, Math.round(this.#surroundings.now() - startedAt));
        this.#surroundings.notify({ type: 'part-evaluated', step, rowCount });
        this.#send({ type: 'evaluated', term, step, part, rowCount, computeMicros, outputs });
        this.#work();
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #answer(lease: LeaseMessage, sum: TeamSum, computeMicros: number): void {
    const { term, step, span, purpose, rowCount } = lease;
    const { buffer, lossSum, checksum } = sum;
    this.#surroundings.notify({ type: 'span-computed', purpose, step, rowCount, lossSum });
    // Others covered it while this worker was at it: an answer would be stale, and no bytes are spent on it.
    if (step !== this.#activeRun().desk.step) return sum.release();
    const gradient = buffer.tensor;
    const facts = { type: 'contribution', term, step, span, rowCount, computeMicros, checksum } as const;
    const frame = encodeWorkerMessage({ ...facts, lossSum, gradient }, buffer);
    this.#surroundings.wire.send(frame, () => sum.release());
  }

  #activeRun(): ActiveRun {
    if (this.#run === undefined) throw new Error('the coordinator sent work before its welcome');
    return this.#run;
  }

  #send(message: WorkerMessage): void {
    this.#surroundings.wire.send(encodeWorkerMessage(message));
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    this.end();
    this.#surroundings.fail(error instanceof Error ? error : new Error(String(error)));
  }
}

interface ActiveRun {
  readonly team: ComputeTeam;
  readonly desk: SpanDesk;
}
