import { coordinationDefaults, rowCountOfSpan } from '../config.ts';
import type { CoordinationConfig } from '../config.ts';
import type { Announcement } from '../events/announcements.ts';
import type { RunEffect } from '../events/effects.ts';
import type { RunEvent, WorkerId } from '../events/events.ts';
import type { RunState } from '../state.ts';
import { begin, transition } from '../transition.ts';

/** A worker as its line and its processor make it. */
export interface VirtualWorker {
  /** Microseconds each way. */
  readonly latencyMicros: number;
  readonly downBytesPerSecond: number;
  readonly upBytesPerSecond: number;
  readonly rowNanos: number;
  /** Computing and lines take up to so much longer, in thousandths, now and then. */
  readonly jitterPermille: number;
}

/** On the coordinator's machine: 20 microseconds away, a gigabyte a second, 10 microseconds a row. */
export const localWorker: VirtualWorker = {
  latencyMicros: 20,
  downBytesPerSecond: 1_000_000_000,
  upBytesPerSecond: 1_000_000_000,
  rowNanos: 10_000,
  jitterPermille: 0,
};

/** How often workers say that they are there. */
const heartbeatMicros = 800_000;

/** A network of 100,000 parameters, 1024 rows of 784 bytes a step in 128 leaves. */
const config: CoordinationConfig = {
  ...coordinationDefaults,
  term: 1,
  firstStep: 0,
  totalSteps: 1_000_000,
  minWorkers: 1,
  maxWorkers: 256,
  trainRows: 102_400,
  batchSize: 1024,
  leafRows: 8,
  weightsBytes: 400_000,
  rowBytes: 784,
  checkpointEvery: 0,
};

type EventBody = RunEvent extends infer Event ? (Event extends RunEvent ? Omit<Event, 'now'> : never) : never;
type LeaseEffect = Extract<RunEffect, { readonly type: 'send-lease' }>;

/** What a simulated worker has in hand. Times in microseconds. */
interface Member {
  facts: VirtualWorker;
  /** When its line to it, its processor and its line back are free again. */
  downAt: number;
  computeAt: number;
  upAt: number;
  weightsStep: number;
  isStopped: boolean;
}

/**
 * `transition` among workers with latency, bandwidth and speed, on a virtual clock: an event queue, no floats in the decisions,
 * no chance. The shell takes `commitMicros` to commit a step; rows travel with their lease, except at the start of a step.
 */
export class VirtualCluster {
  state: RunState;
  now = 0;
  /** When each step was committed. */
  readonly committedAt: number[] = [];
  readonly announcements: Announcement[] = [];
  readonly told: Extract<RunEffect, { readonly type: 'standby' }>[] = [];
  /** Accepted contributions of each worker, and all that it sent. */
  readonly accepted = new Map<WorkerId, number>();
  readonly uploads = new Map<WorkerId, number>();
  readonly config: CoordinationConfig;
  private readonly members = new Map<WorkerId, Member>();
  private readonly queue: { readonly at: number; readonly order: number; readonly run: () => void }[] = [];
  private order = 0;
  private dice = 1;

  constructor(
    change: Partial<CoordinationConfig> = {},
    private readonly commitMicros = 1000,
  ) {
    this.config = { ...config, ...change };
    this.state = begin(this.config).state;
    const tick = (): void => {
      this.dispatch({ type: 'tick' });
      this.later(this.config.tickMicros, tick);
    };
    tick();
  }

  join(worker: WorkerId, facts: VirtualWorker): void {
    const { now } = this;
    this.members.set(worker, {
      facts,
      downAt: now,
      computeAt: now,
      upAt: now,
      weightsStep: -1,
      isStopped: false,
    });
    this.dispatch({ type: 'worker-joined', worker, name: worker, beatsAtWork: true });
    const beat = (): void => {
      const member = this.members.get(worker);
      if (member === undefined) return;
      const step = Math.max(member.weightsStep, 0);
      if (!member.isStopped) this.dispatch({ type: 'heartbeat-received', worker, step, rowsDone: 0 });
      this.later(heartbeatMicros, beat);
    };
    this.later(heartbeatMicros, beat);
  }

  /** From now on the worker is as `facts` say. */
  change(worker: WorkerId, facts: Partial<VirtualWorker>): void {
    const member = this.members.get(worker)!;
    member.facts = { ...member.facts, ...facts };
  }

  /** The worker stops dead, without a word. */
  stop(worker: WorkerId): void {
    this.members.get(worker)!.isStopped = true;
  }

  /** Until `steps` more are committed. @returns the mean microseconds of a step */
  run(steps: number): number {
    const from = this.now;
    const goal = this.state.step + steps;
    while (this.state.step < goal) this.next();
    return Math.round((this.now - from) / steps);
  }

  private next(): void {
    let first = 0;
    this.queue.forEach((entry, index) => {
      const { at, order } = this.queue[first]!;
      if (entry.at < at || (entry.at === at && entry.order < order)) first = index;
    });
    const [entry] = this.queue.splice(first, 1);
    if (entry === undefined) throw new Error('nothing will ever happen again');
    this.now = entry.at;
    entry.run();
  }

  private later(micros: number, run: () => void): void {
    this.queue.push({ at: this.now + micros, order: this.order++, run });
  }

  private dispatch(body: EventBody): void {
    const next = transition(this.config, this.state, { ...body, now: this.now });
    this.state = next.state;
    for (const effect of next.effects) this.perform(effect);
  }

  private perform(effect: RunEffect): void {
    switch (effect.type) {
      case 'send-weights':
        for (const worker of effect.workers) {
          const member = this.members.get(worker)!;
          this.sendDown(member, this.config.weightsBytes);
          member.weightsStep = effect.step;
        }
        return;
      case 'send-lease':
        return this.compute(effect);
      case 'commit-step':
        return this.later(this.commitMicros, () => {
          this.committedAt.push(this.now);
          this.dispatch({ type: 'step-committed', step: effect.step, checksum: 'c' });
        });
      case 'verdict':
        if (effect.verdict === 'accepted') count(this.accepted, effect.worker);
        return;
      case 'close-worker':
        this.members.delete(effect.worker);
        return;
      case 'standby':
        this.told.push(effect);
        return;
      case 'announce':
        this.announcements.push(effect.event);
        return;
      default:
        return;
    }
  }

  /** `micros` and a bit, which follows from how often it was asked. */
  private jittered(micros: number, { facts }: Member): number {
    this.dice = (Math.imul(this.dice, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.ceil(micros * (1 + (facts.jitterPermille / 1000) * (this.dice / 2 ** 32)));
  }

  private sendDown(member: Member, bytes: number): void {
    const micros = this.jittered((bytes * 1_000_000) / member.facts.downBytesPerSecond, member);
    member.downAt = Math.max(member.downAt, this.now) + micros;
  }

  /** Lines and processor take one thing after the other; newer weights make older leases void. */
  private compute({ worker, step, span, purpose }: LeaseEffect): void {
    const member = this.members.get(worker)!;
    const rowCount = rowCountOfSpan(this.config, step, span);
    if (purpose !== 'dealt') this.sendDown(member, rowCount * this.config.rowBytes);
    const startAt = Math.max(member.downAt + member.facts.latencyMicros, member.computeAt);
    const computeMicros = this.jittered((rowCount * member.facts.rowNanos) / 1000, member);
    member.computeAt = startAt + computeMicros;
    this.later(member.computeAt - this.now, () => {
      if (member.isStopped || member.weightsStep !== step) return;
      const { upBytesPerSecond } = member.facts;
      const micros = this.jittered((this.config.weightsBytes * 1_000_000) / upBytesPerSecond, member);
      member.upAt = Math.max(member.upAt, this.now) + micros;
      count(this.uploads, worker);
      this.later(member.upAt + member.facts.latencyMicros - this.now, () => {
        if (this.members.get(worker) !== member) return;
        const { term } = this.config;
        const facts = { term, step, span, rowCount, check: 'ok', digest: 'd', computeMicros } as const;
        this.dispatch({ type: 'contribution-received', worker, ...facts, matchesFirst: true });
      });
    });
  }
}

const count = (counts: Map<WorkerId, number>, worker: WorkerId): void =>
  void counts.set(worker, (counts.get(worker) ?? 0) + 1);
