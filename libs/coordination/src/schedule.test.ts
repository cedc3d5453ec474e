import { isNode } from '@lockstep/data';
import type { Span } from '@lockstep/data';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coordinationDefaults } from './config.ts';
import type { RunEffect } from './events/effects.ts';
import type { EventOf } from './events/events.ts';
import { Drive, honestDigest } from './testing/drive.ts';

const happenings = [
  'join',
  'leave',
  'answer',
  'again',
  'stale',
  'stray',
  'broken',
  'non-finite',
  'recheck',
  'beat',
  'heard',
  'pass',
  'pause',
  'settle',
] as const;

interface Happening {
  readonly what: (typeof happenings)[number];
  /** Chooses among whatever there is to choose from. */
  readonly pick: number;
  readonly micros: number;
}

interface Answer {
  readonly worker: string;
  readonly step: number;
  readonly span: Span;
}

/** A run in a world of accidents: plays the shell and the workers, and checks what must hold after every event. */
class World {
  readonly run: Drive;
  private joined = 0;
  private readonly sent: Answer[] = [];
  private readonly hasWeights = new Map<string, number>();
  private readonly closed = new Set<string>();
  private kept: Span[] = [];
  private committing: number | undefined;
  private readonly recomputing: Answer[] = [];
  readonly committed: number[] = [];

  constructor(config: Partial<Drive['config']>) {
    this.run = new Drive(config);
  }

  play({ what, pick, micros }: Happening): void {
    if (this.run.state.phase === 'finished') return;
    this.run.now += micros;
    const held = this.pickOf(this.run.outstanding(), pick);
    const workers = this.run.state.workers;
    switch (what) {
      case 'join':
        return this.absorb(this.run.join(`w${this.joined++}`));
      case 'leave':
        if (workers.length > 0) this.absorb(this.run.leave(this.pickOf(workers, pick)!.id));
        return;
      case 'answer':
        return held && this.answer({ ...held, step: this.run.state.step });
      case 'again':
        return this.sent.length > 0 ? this.answer(this.pickOf(this.sent, pick)!) : undefined;
      case 'stale':
        return held && this.absorb(this.run.contribute(held.worker, held.span, { term: 6 }));
      case 'stray':
        if (workers.length === 0) return;
        return this.absorb(
          this.run.contribute(this.pickOf(workers, pick)!.id, { firstLeaf: pick % 9, leafCount: 1 }),
        );
      case 'broken':
        return held && this.absorb(this.run.contribute(held.worker, held.span, { check: 'checksum' }));
      case 'non-finite':
        return held && this.absorb(this.run.contribute(held.worker, held.span, { check: 'non-finite' }));
      case 'recheck': {
        const recheck = this.pickOf(this.run.rechecks(), pick);
        return recheck && this.answer(recheck, { digest: pick % 5 === 0 ? 'other' : honestDigest });
      }
      case 'beat': {
        const worker = this.pickOf(workers, pick);
        if (worker === undefined) return;
        return this.absorb(this.run.heartbeat(worker.id, this.run.state.step - (pick % 2), pick));
      }
      case 'heard':
        return this.absorb(this.run.happen({ type: 'worker-heard', worker: `w${pick % 9}` }));
      case 'pass':
        return this.pass(micros, pick);
      case 'pause':
        this.run.now += 2 * micros;
        return this.absorb(this.run.happen({ type: 'tick' }));
      case 'settle':
        return this.settle();
    }
  }

  /** Gives the coordinator what it asked the shell for. */
  settle(): void {
    const recompute = this.recomputing.shift();
    if (recompute !== undefined) {
      const { step, span } = recompute;
      this.absorb(this.run.happen({ type: 'span-recomputed', step, span, isFinite: true }));
    } else if (this.committing !== undefined) {
      this.committed.push(this.committing);
      this.committing = undefined;
      this.kept = [];
      this.absorb(this.run.commit());
    }
  }

  /** From here on everybody is honest and somebody is there: the run must end. */
  runToTheEnd(): void {
    this.play({ what: 'join', pick: 0, micros: 1 });
    for (let turn = 0; this.run.state.phase !== 'finished'; turn++) {
      must(turn < 2000, 'an honest rest of the run ends it');
      if (this.run.outstanding().length > 0) this.play({ what: 'answer', pick: turn, micros: 1000 });
      this.settle();
    }
  }

  /** A third of the workers are silent meanwhile. */
  private pass(micros: number, pick: number): void {
    this.run.silent.clear();
    this.run.state.workers.forEach(({ id }, index) => {
      if ((index + pick) % 3 === 0) this.run.silent.add(id);
    });
    const { silenceMicros, tickMicros } = this.run.config;
    for (let left = micros; left > 0; left -= tickMicros) {
      this.absorb(this.run.pass(Math.min(left, tickMicros)));
    }
    must(
      micros === 0 || this.run.state.workers.every(({ heardAt }) => heardAt > this.run.now - silenceMicros),
      'nobody is silent for long',
    );
  }

  private answer(
    { worker, step, span }: Answer,
    change: Partial<EventOf<'contribution-received'>> = {},
  ): void {
    this.sent.push({ worker, step, span });
    const isFirst = !this.kept.some(
      (other) => other.firstLeaf === span.firstLeaf && other.leafCount === span.leafCount,
    );
    const matches = isFirst ? {} : { matchesFirst: true };
    const effects = this.run.contribute(worker, span, { step, ...matches, ...change });
    const verdicts = effects.filter((effect) => effect.type === 'verdict' && effect.worker === worker);
    must(verdicts.length === 1 || change.check === 'non-finite', 'every contribution gets one verdict');
    this.absorb(effects);
  }

  private pickOf<Item>(items: readonly Item[], pick: number): Item | undefined {
    return items[pick % Math.max(items.length, 1)];
  }

  private absorb(effects: readonly RunEffect[]): void {
    for (const effect of effects) this.perform(effect);
    this.check();
  }

  private perform(effect: RunEffect): void {
    const { step } = this.run.state;
    switch (effect.type) {
      case 'send-weights':
        must(effect.step === step, 'weights are of the step in flight');
        for (const worker of effect.workers) this.hasWeights.set(worker, effect.step);
        break;
      case 'send-lease':
        must(effect.step === step, 'leases are of the step in flight');
        must(this.hasWeights.get(effect.worker) === step, 'weights come before leases');
        must(!this.closed.has(effect.worker), 'who is closed gets nothing');
        break;
      case 'close-worker':
        this.closed.add(effect.worker);
        break;
      case 'standby':
        must(this.run.spansOf(effect.worker).length === 0, 'who is told to stand by holds nothing');
        break;
      case 'keep-contribution':
        must(effect.step === step, 'only contributions to the step in flight are kept');
        this.kept.push(effect.span);
        break;
      case 'recompute-span':
        this.recomputing.push(effect);
        break;
      case 'commit-step':
        must(effect.step === step && this.committing === undefined, 'a step is committed once');
        must(this.recomputing.length === 0, 'no doubt is open at a commit');
        must(isCover(this.kept, this.run.state.round!.leafCount), 'what is kept covers every leaf once');
        this.committing = effect.step;
        break;
      default:
        break;
    }
  }

  private check(): void {
    const { round, workers, rechecks } = this.run.state;
    const ids = new Set(workers.map(({ id }) => id));
    must(
      rechecks.every(({ worker, coveredBy }) => ids.has(worker) && worker !== coveredBy),
      'checks are of workers that are there, and not of their own work',
    );
    if (round === undefined) return;
    const live = round.spans.filter(({ status }) => status !== 'split');
    const spans = live.map(({ span }) => span);
    must(isCover(spans, round.leafCount), 'the spans of a step cover every leaf once');
    must(
      spans.every((span) => isNode(span, round.leafCount)),
      'spans are nodes',
    );
    const active = new Set(workers.flatMap(({ id, isActive }) => (isActive ? [id] : [])));
    const outstanding = this.run.outstanding();
    const inTime = live.flatMap(({ leases }) => leases.filter(({ status }) => status === 'held'));
    must(
      inTime.every(({ worker }) => active.has(worker)),
      'leases that are not overdue are with active workers',
    );
    if (round.isCommitting || workers.length === 0) return;
    must(active.size > 0, 'nobody waits in the lobby of a run without active workers');
    const held = new Set(outstanding.map(({ span }) => span.firstLeaf));
    for (const { span, status, recomputingFor } of live) {
      const isWanted = status === 'open' && recomputingFor.length === 0;
      must(!isWanted || held.has(span.firstLeaf), 'what is wanted is leased');
    }
  }
}

/** Thousands of times a run, where `expect` would take most of the time. */
function must(isTrue: boolean, rule: string): void {
  if (!isTrue) throw new Error(`broken: ${rule}`);
}

/** Whether `spans` hold every one of `leafCount` leaves exactly once. */
function isCover(spans: readonly Span[], leafCount: number): boolean {
  let next = 0;
  for (const span of spans.toSorted((a, b) => a.firstLeaf - b.firstLeaf)) {
    if (span.firstLeaf !== next) return false;
    next += span.leafCount;
  }
  return next === leafCount;
}

type Generated<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never;

const someSchedule = fc.array(
  fc.record({
    what: fc.constantFrom(...happenings, 'answer' as const, 'answer' as const, 'settle' as const),
    pick: fc.nat(1000),
    micros: fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 0, max: 3_000_000 })),
  }),
  // Left to itself fast-check would make ten of them.
  { maxLength: 150, size: 'max' },
);

const someConfig = fc
  .record({
    minWorkers: fc.constantFrom(1, 1, 3),
    spare: fc.constantFrom(0, 2, 50),
    batchSize: fc.integer({ min: 1, max: 150 }),
    trainRows: fc.integer({ min: 1, max: 400 }),
    leafRows: fc.constantFrom(1, 7, 8),
    firstStep: fc.constantFrom(0, 3),
  })
  .map(({ spare, ...config }) => ({
    ...config,
    maxWorkers: config.minWorkers + spare,
    totalSteps: config.firstStep + 4,
    leaseDeadline: {
      ...coordinationDefaults.leaseDeadline,
      minMicros: 1000,
      minUnmeasuredMicros: 1000,
      maxMicros: 1_000_000,
    },
    recheckMicros: 1000,
  }));

/** Everybody loses its place; who answers late was given a second lease. */
const lateAnswer: [Generated<typeof someConfig>, Generated<typeof someSchedule>] = [
  {
    ...{ minWorkers: 3, maxWorkers: 3, batchSize: 50, trainRows: 50, leafRows: 7 },
    ...{ firstStep: 0, totalSteps: 4 },
    leaseDeadline: {
      ...{ deviations: 8, leastPermille: 1500, mostPermille: 10_000, initialPermille: 4000 },
      ...{ minMicros: 1000, maxMicros: 1_000_000, minUnmeasuredMicros: 1000 },
    },
    recheckMicros: 1000,
  },
  [
    ...Array.from({ length: 6 }, (): Happening => ({ what: 'join', pick: 0, micros: 0 })),
    { what: 'pass', pick: 0, micros: 51_120 },
    { what: 'answer', pick: 510, micros: 3236 },
    { what: 'broken', pick: 0, micros: 12_511 },
    { what: 'join', pick: 0, micros: 985 },
    { what: 'leave', pick: 330, micros: 4855 },
  ],
];

describe('whatever happens', () => {
  it('every leaf counts once a step, steps go forward one by one, no span lies about, and the run can end', () => {
    fc.assert(
      fc.property(someConfig, someSchedule, (config, schedule) => {
        const world = new World(config);
        for (const happening of schedule) world.play(happening);
        for (let worker = 0; worker < 3; worker++) world.play({ what: 'join', pick: 0, micros: 1 });
        world.runToTheEnd();
        const steps = Array.from({ length: 4 }, (_, index) => config.firstStep + index);
        expect(world.committed).toEqual(steps);
        expect(world.run.state.finishReason).toBe('completed');
      }),
      { numRuns: 200, examples: [lateAnswer] },
    );
  }, 60_000);

  it('the same events give the same states and effects', () => {
    fc.assert(
      fc.property(someConfig, someSchedule, (config, schedule) => {
        const [one, other] = [new World(config), new World(config)];
        for (const happening of schedule) {
          one.play(happening);
          other.play(happening);
          expect(other.run.effects).toEqual(one.run.effects);
        }
        expect(other.run.state).toEqual(one.run.state);
      }),
      { numRuns: 30 },
    );
  }, 60_000);
});
