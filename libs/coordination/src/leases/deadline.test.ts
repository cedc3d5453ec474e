import { describe, expect, it } from 'vitest';
import { coordinationDefaults } from '../config.ts';
import type { WorkerId } from '../events/events.ts';
import { Drive } from '../testing/drive.ts';

const [left, right] = [
  { firstLeaf: 0, leafCount: 4 },
  { firstLeaf: 4, leafCount: 4 },
];

/** Two workers that took 10 ms for their halves of the first step, and hold them in the second. */
function measuredPair(): Drive {
  const run = new Drive({ minWorkers: 2, totalSteps: 3000, trainRows: 64 * 3000 });
  run.join('a', 'b');
  finish(run, 10_000);
  return run;
}

/** A step whose answers all come `micros` after its start. */
function finish(run: Drive, micros: number): void {
  run.now += micros;
  for (const { worker, span } of run.outstanding())
    run.contribute(worker, span, { computeMicros: micros - 100 });
  run.commit();
}

/** As before; b has answered its half, a has not. */
function stragglerAndIdle(): Drive {
  const run = measuredPair();
  run.now += 10_000;
  run.contribute('b', right, { computeMicros: 9900 });
  return run;
}

const leaseOf = (run: Drive, worker: WorkerId) =>
  run.state.round!.spans.flatMap(({ leases }) => leases.filter((lease) => lease.worker === worker))[0]!;

describe('a deadline', () => {
  it('is the predicted time times the patience, within bounds', () => {
    const deadlineFor = (predictedMicros: number): number => {
      const leaseDeadline = { ...coordinationDefaults.leaseDeadline, minMicros: 50_000, maxMicros: 300_000 };
      const run = new Drive({ leaseDeadline });
      run.join('a');
      finish(run, predictedMicros);
      const { leasedAt, expectedAt, deadline } = leaseOf(run, 'a');
      expect(Math.abs(expectedAt - leasedAt - predictedMicros)).toBeLessThan(20);
      return deadline - leasedAt;
    };
    expect(Math.abs(deadlineFor(20_000) - 4 * 20_000)).toBeLessThan(80);
    expect(deadlineFor(2000)).toBe(50_000);
    expect(deadlineFor(100_000)).toBe(300_000);
  });

  it('of a worker that was never measured is generous: the prediction is a guess', () => {
    const run = new Drive();
    run.join('a');
    expect(leaseOf(run, 'a').deadline - run.now).toBe(2_500_000);
    expect(leaseOf(run, 'a').isGuess).toBe(true);
  });

  it('that has passed is announced, and the span is leased to an idle worker too, though that one be slow', () => {
    const run = new Drive({ minWorkers: 2 });
    run.join('a', 'b');
    run.now += 10_000;
    run.contribute('a', left, { computeMicros: 9900 });
    run.now += 180_000;
    run.contribute('b', right, { computeMicros: 189_900 });
    run.commit();
    const whole = { firstLeaf: 0, leafCount: 8 };
    expect(run.outstanding()).toEqual([{ worker: 'a', span: whole }]);
    run.pass(99_999);
    expect([run.announced('lease-expired'), run.of('send-lease')]).toEqual([[], []]);
    run.pass(1);
    expect(run.announced('lease-expired')).toEqual([
      { kind: 'lease-expired', worker: 'a', step: 1, span: whole },
    ]);
    expect(run.of('send-lease')).toEqual([
      { type: 'send-lease', worker: 'b', step: 1, span: whole, purpose: 'overdue' },
    ]);
    expect(run.pass(50_000)).toEqual([]);
  });

  it('once passed does not keep the straggler from being first after all', () => {
    const run = stragglerAndIdle();
    run.pass(200_000);
    expect(run.spansOf('b')).toEqual([left]);
    run.contribute('a', left);
    expect(run.verdicts()).toEqual(['accepted']);
    expect(run.of('commit-step')).toHaveLength(1);
    run.contribute('b', left, { matchesFirst: true });
    expect(run.verdicts()).toEqual(['duplicate']);
  });

  it('is announced once; the span waits for somebody to be idle', () => {
    const run = measuredPair();
    run.pass(150_000);
    expect(run.announced('lease-expired')).toMatchObject([{ worker: 'a' }, { worker: 'b' }]);
    expect(run.of('send-lease')).toEqual([]);
    expect(run.pass(50_000)).toEqual([]);
    run.contribute('b', right, { computeMicros: 9900 });
    expect(run.of('send-lease')).toMatchObject([{ worker: 'b', span: left }]);
  });

  it('that the second holder misses too brings in a third', () => {
    const run = new Drive({ minWorkers: 3, batchSize: 24, trainRows: 2400 });
    run.join('a', 'b', 'c');
    finish(run, 10_000);
    run.now += 10_000;
    for (const worker of ['b', 'c']) {
      const [span] = run.spansOf(worker);
      if (span !== undefined) run.contribute(worker, span, { computeMicros: 9900 });
    }
    run.pass(240_000);
    expect(run.of('send-lease').map(({ purpose }) => purpose)).toEqual(['speculative', 'overdue']);
    expect(run.announced('lease-expired')).toHaveLength(2);
    expect(new Set(run.outstanding().map(({ worker }) => worker))).toEqual(new Set(['a', 'b', 'c']));
  });

  it('passed with nobody idle lets the lobby in', () => {
    const run = new Drive();
    run.join('a', 'b');
    run.pass(2_500_000);
    expect(run.of('send-weights')).toMatchObject([{ workers: ['b'], step: 0 }]);
    expect(run.of('send-lease')).toMatchObject([{ worker: 'b', span: { firstLeaf: 0, leafCount: 8 } }]);
  });

  it('missed makes the straggler be dealt less at the next step', () => {
    const run = stragglerAndIdle();
    run.pass(200_000);
    run.contribute('b', left);
    run.commit();
    expect(run.spansOf('a')).toEqual([]);
    expect(run.spansOf('b')).toEqual([{ firstLeaf: 0, leafCount: 8 }]);
  });

  it('missed once is not held against a worker for ever: its next answer shows how fast it is', () => {
    const run = stragglerAndIdle();
    run.pass(200_000);
    run.contribute('b', left);
    run.commit();
    run.now += 1000;
    run.contribute('a', left, { step: 1, computeMicros: 9900 });
    expect(run.verdicts()).toEqual(['stale']);
    for (let steps = 0; run.spansOf('a').length === 0; steps++) {
      expect(steps).toBeLessThan(100);
      run.now += 20_000;
      const { rechecks } = run.state;
      for (const { step, span } of rechecks) run.contribute('a', span, { step, computeMicros: 9900 });
      finish(run, 20_000);
    }
  });
});

describe('speculation', () => {
  it('leases the span of a straggler to an idle worker that is likely to be sooner, and calls nobody late', () => {
    const run = stragglerAndIdle();
    run.pass(9000);
    expect(run.of('send-lease')).toEqual([]);
    run.pass(10_000);
    expect(run.of('send-lease')).toMatchObject([{ worker: 'b', span: left, purpose: 'speculative' }]);
    expect(run.announced('lease-expired')).toEqual([]);
    expect(run.announced('spans-leased')).toMatchObject([{ step: 1, purpose: 'speculative' }]);
  });

  it('is for one more worker, not for all', () => {
    const run = stragglerAndIdle();
    run.pass(50_000);
    expect(run.of('send-lease')).toHaveLength(1);
    run.pass(20_000);
    expect(run.of('send-lease')).toEqual([]);
  });

  it('does not help a worker whose prediction is a guess', () => {
    const run = new Drive({ minWorkers: 2 });
    run.join('a', 'b');
    run.now += 10_000;
    run.contribute('b', right, { computeMicros: 9900 });
    run.pass(1_000_000);
    expect(run.of('send-lease')).toEqual([]);
  });

  it('gives the second result of a span as evidence', () => {
    const run = stragglerAndIdle();
    run.pass(50_000);
    run.contribute('b', left);
    run.contribute('a', left, { matchesFirst: true });
    expect(run.announced('contribution-match')).toEqual([
      { kind: 'contribution-match', step: 1, span: left, first: 'b', second: 'a' },
    ]);
  });
});

describe('a worker past its deadline', () => {
  it('gives its place to one who waits where all places are taken', () => {
    const run = new Drive({ totalSteps: 3000, trainRows: 64 * 3000, maxWorkers: 1 });
    run.join('a');
    run.join('b');
    expect(run.state.workers.map(({ isActive }) => isActive)).toEqual([true, false]);
    run.pass(run.config.leaseDeadline.maxMicros);
    expect(run.state.workers.map(({ isActive }) => isActive)).toEqual([false, true]);
    expect(run.outstanding().map(({ worker }) => worker)).toEqual(['a', 'b']);
  });

  it('gives it back at the next step, when the other has not answered and it has', () => {
    const run = new Drive({ totalSteps: 3000, trainRows: 64 * 3000, maxWorkers: 1 });
    run.join('a');
    finish(run, 10_000);
    run.join('b');
    run.pass(200_000);
    expect(run.outstanding().map(({ worker }) => worker)).toEqual(['a', 'b']);
    run.contribute('a', run.spansOf('a')[0]!, { computeMicros: 200_000 });
    run.commit();
    expect(run.outstanding().map(({ worker }) => worker)).toEqual(['a']);
  });

  it('gets a place again after those who came later', () => {
    const run = new Drive({ totalSteps: 3000, trainRows: 64 * 3000, maxWorkers: 1 });
    run.join('a', 'b', 'c');
    run.pass(run.config.leaseDeadline.maxMicros);
    run.leave('b');
    expect(run.state.workers.filter(({ isActive }) => isActive).map(({ id }) => id)).toEqual(['c']);
  });
});

describe('newcomers', () => {
  /** Its only worker takes `micros` for a step, and has begun with another when somebody comes. */
  function joinedLate(micros: number): Drive {
    const run = new Drive({ totalSteps: 3000, trainRows: 64 * 3000 });
    run.join('a');
    run.pass(micros);
    for (const { worker, span } of run.outstanding()) run.contribute(worker, span, { computeMicros: micros });
    run.commit();
    run.join('b');
    run.pass(run.config.tickMicros);
    return run;
  }

  it('are called into a step that will go on for seconds, for the span that will be waited for longest', () => {
    const run = joinedLate(2_000_000);
    expect(run.outstanding().map(({ worker }) => worker)).toEqual(['a', 'b']);
    expect(run.announced('spans-leased').at(-1)).toMatchObject({ purpose: 'speculative' });
  });

  it('wait for the next one where that is near', () => {
    const run = joinedLate(900_000);
    expect(run.outstanding().map(({ worker }) => worker)).toEqual(['a']);
    expect(run.state.workers.map(({ isActive }) => isActive)).toEqual([true, false]);
  });
});
