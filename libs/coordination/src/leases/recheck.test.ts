import { describe, expect, it } from 'vitest';
import { Drive } from '../testing/drive.ts';

const [left, right] = [
  { firstLeaf: 0, leafCount: 4 },
  { firstLeaf: 4, leafCount: 4 },
];
const whole = { firstLeaf: 0, leafCount: 8 };

/** a has shown that it needs 10 ms a step, b has taken its first part of one for 180 ms: it stands by in step 1. */
function slowStandsBy(): Drive {
  const run = new Drive({ minWorkers: 2, totalSteps: 1000, trainRows: 64_000 });
  run.join('a', 'b');
  run.now += 10_000;
  run.contribute('a', left, { computeMicros: 9900 });
  run.now += 170_000;
  run.contribute('b', right, { computeMicros: 179_900 });
  run.commit();
  expect(run.outstanding()).toEqual([{ worker: 'a', span: whole }]);
  return run;
}

/** `a` answers the whole step after 20 ms. */
function stepOfA(run: Drive): void {
  run.now += 20_000;
  run.contribute('a', whole, { computeMicros: 19_900 });
}

/** b has a span of step 1 to check, and step 2 is in flight. */
function checking(): Drive {
  const run = slowStandsBy();
  stepOfA(run);
  run.commit();
  expect(run.rechecks()).toEqual([{ worker: 'b', step: 1, span: whole }]);
  return run;
}

describe('a worker that stands by', () => {
  it('is given a covered span to check, with the weights it lacks, before the step is committed', () => {
    const run = slowStandsBy();
    stepOfA(run);
    expect(run.of('send-weights')).toEqual([{ type: 'send-weights', workers: ['b'], step: 1 }]);
    expect(run.of('send-lease')).toEqual([
      { type: 'send-lease', worker: 'b', step: 1, span: whole, purpose: 'recheck' },
    ]);
    expect(run.announced('spans-leased')).toMatchObject([
      { purpose: 'recheck', step: 1, leases: [{ worker: 'b', firstLeaf: 0, leafCount: 8 }] },
    ]);
    expect(run.effects.at(-1)).toEqual({ type: 'commit-step', step: 1 });
  });

  it('is given one check at a time, and nothing waits for it', () => {
    const run = checking();
    for (let step = 2; step < 5; step++) {
      stepOfA(run);
      expect(run.of('send-lease')).toEqual([]);
      expect(run.of('commit-step')).toHaveLength(1);
      run.commit();
    }
  });

  it('is dealt to again when its answers show that it has become fast', () => {
    const run = checking();
    run.contribute('b', whole, { step: 1, computeMicros: 100 });
    expect(run.verdicts()).toEqual(['duplicate']);
    stepOfA(run);
    run.commit();
    expect(run.spansOf('b')).toHaveLength(1);
  });

  it('is not asked about a span that it covered itself', () => {
    const run = new Drive({ minWorkers: 2 });
    run.join('a', 'b');
    run.now += 1000;
    run.contribute('a', left);
    run.contribute('b', right);
    expect(run.rechecks()).toEqual([]);
  });
});

describe('the answer to a check', () => {
  it('with the same bits is evidence, long after its step', () => {
    const run = checking();
    stepOfA(run);
    run.commit();
    run.contribute('b', whole, { step: 1 });
    expect(run.of('drop-contribution')).toHaveLength(1);
    expect(run.announced('contribution-match')).toEqual([
      { kind: 'contribution-match', step: 1, span: whole, first: 'a', second: 'b' },
    ]);
    expect(run.rechecks()).toEqual([]);
  });

  it('with other bits is announced, and nobody is struck', () => {
    const run = checking();
    run.contribute('b', whole, { step: 1, digest: 'other' });
    expect(run.verdicts()).toEqual(['mismatch']);
    expect(run.announced('contribution-mismatch')).toEqual([
      { kind: 'contribution-mismatch', step: 1, span: whole, first: 'a', second: 'b' },
    ]);
    expect(run.announced('worker-struck')).toEqual([]);
  });

  it.each([
    ['bad-shape', { check: 'bad-shape' }],
    ['checksum', { check: 'checksum' }],
    ['non-finite', { check: 'non-finite' }],
    ['row-count', { rowCount: 1 }],
  ] as const)('that cannot be used for its %s costs a strike', (reason, change) => {
    const run = checking();
    run.contribute('b', whole, { step: 1, ...change });
    expect(run.verdicts()).toEqual([reason]);
    expect(run.announced('worker-struck')).toMatchObject([{ worker: 'b', strikes: 1, cause: reason }]);
    expect(run.announced('contribution-mismatch')).toEqual([]);
  });

  it('of another term, or a second time, is stale', () => {
    const run = checking();
    run.contribute('b', whole, { step: 1, term: 6 });
    expect(run.verdicts()).toEqual(['stale']);
    run.contribute('b', whole, { step: 1 });
    run.contribute('b', whole, { step: 1 });
    expect(run.verdicts()).toEqual(['stale']);
    expect(run.announced('worker-struck')).toEqual([]);
  });

  it('never comes from a worker that left, or that was sent newer weights', () => {
    const run = checking();
    run.leave('b');
    expect(run.rechecks()).toEqual([]);
    const other = checking();
    other.leave('a');
    expect(other.spansOf('b')).toEqual([whole]);
    expect(other.rechecks()).toEqual([]);
  });
});

describe('a check that is never answered', () => {
  it('is forgotten when it is older than any lease may be', () => {
    const run = checking();
    run.pass(run.config.leaseDeadline.maxMicros - 100_000);
    expect(run.rechecks()).toMatchObject([{ worker: 'b', step: 1 }]);
    run.pass(200_000);
    expect(run.rechecks()).toEqual([]);
  });
});

describe('a lease that others have answered when its step ends', () => {
  it('becomes evidence: its answer is compared, and a measurement', () => {
    const run = new Drive({ minWorkers: 2 });
    run.join('a', 'b');
    run.finishStep();
    run.now += 1000;
    run.contribute('b', right);
    run.pass(50_000);
    run.contribute('b', left);
    run.commit();
    expect(run.rechecks()).toEqual([{ worker: 'a', step: 1, span: left }]);
    const before = run.state.workers[0]!.speed!.rowNanos;
    run.now += 1000;
    run.contribute('a', left, { step: 1, computeMicros: 40_000, digest: 'other' });
    expect(run.verdicts()).toEqual(['mismatch']);
    expect(run.announced('contribution-mismatch')).toMatchObject([{ first: 'b', second: 'a' }]);
    expect(run.state.workers[0]!.speed!.rowNanos).toBeGreaterThan(before);
  });
});
