import { describe, expect, it } from 'vitest';
import { coordinationDefaults } from '../config.ts';
import type { WorkerId } from './events.ts';
import type { Lease } from '../state.ts';
import { Drive } from '../testing/drive.ts';

const [left, right] = [
  { firstLeaf: 0, leafCount: 4 },
  { firstLeaf: 4, leafCount: 4 },
];
const { silenceMicros } = coordinationDefaults;

/** Workers a and b in their second step. */
function twoAtWork(change: Partial<Drive['config']> = {}): Drive {
  const run = new Drive({ minWorkers: 2, ...change });
  run.join('a', 'b');
  run.now += 100_000;
  run.contribute('a', left, { computeMicros: 99_900 });
  run.contribute('b', right, { computeMicros: 99_900 });
  run.commit();
  return run;
}

const leaseOf = (run: Drive, worker: WorkerId): Lease =>
  run.state.round!.spans.flatMap(({ leases }) => leases.filter((lease) => lease.worker === worker))[0]!;

describe('a silent worker', () => {
  it('is closed, and its spans leased again, less than 3 s after its last sign of life', () => {
    const run = twoAtWork();
    run.contribute('b', right);
    run.silent.add('a');
    run.pass(silenceMicros - 1);
    expect(run.of('close-worker')).toEqual([]);
    run.pass(1);
    expect(run.of('close-worker')).toEqual([{ type: 'close-worker', worker: 'a', cause: 'silent' }]);
    expect(run.announced('worker-silent')).toEqual([
      { kind: 'worker-silent', worker: 'a', step: 1, silentMicros: silenceMicros },
    ]);
    expect(run.announced('worker-lost')).toMatchObject([{ worker: 'a', reason: 'silent' }]);
    expect(run.spansOf('b')).toEqual([left]);
    expect(silenceMicros + coordinationDefaults.tickMicros).toBeLessThan(3_000_000);
  });

  it('has its spans leased again at once when no idle worker had them', () => {
    const run = new Drive({ minWorkers: 2 });
    run.join('a', 'b');
    run.silent.add('a');
    run.pass(silenceMicros);
    expect(run.of('send-lease')).toMatchObject([{ worker: 'b', span: left, purpose: 'again' }]);
  });

  it('is not waited for in the lobby', () => {
    const run = new Drive({ minWorkers: 2 });
    run.join('a');
    run.silent.add('a');
    run.pass(silenceMicros);
    expect(run.announced('worker-lost')).toHaveLength(1);
    expect(run.announced('waiting-for-workers')).toMatchObject([{ present: 0, needed: 2 }]);
  });

  it('that was the last leaves the run waiting for workers', () => {
    const run = new Drive();
    run.join('a');
    run.silent.add('a');
    run.pass(silenceMicros);
    expect(run.announced('waiting-for-workers')).toHaveLength(1);
  });

  it('is one that sent nothing at all: bytes, refused contributions and heartbeats are signs of life', () => {
    const run = twoAtWork();
    run.silent.add('a').add('b');
    const signs = [
      () => run.happen({ type: 'worker-heard', worker: 'a' }),
      () => run.contribute('a', left, { step: 0 }),
      () => run.heartbeat('a', 0, 0),
    ];
    for (const sign of signs) {
      run.pass(silenceMicros - 1);
      sign();
    }
    expect(run.state.workers.map(({ id }) => id)).toEqual(['a']);
  });

  it('whose heartbeats stop while it computes is waited for until the deadline of its lease', () => {
    const run = new Drive();
    run.happen({ type: 'worker-joined', worker: 'tab', name: 'tab', beatsAtWork: false });
    run.silent.add('tab');
    const { deadline } = leaseOf(run, 'tab');
    run.pass(deadline - run.now + silenceMicros - 1);
    expect(run.of('close-worker')).toEqual([]);
    run.pass(1);
    expect(run.of('close-worker')).toMatchObject([{ worker: 'tab', cause: 'silent' }]);
  });

  it('that speaks after all is a stranger', () => {
    const run = twoAtWork();
    run.silent.add('a');
    run.pass(silenceMicros);
    expect(run.heartbeat('a', 1, 5)).toEqual([]);
    expect(run.happen({ type: 'worker-heard', worker: 'a' })).toEqual([]);
    run.contribute('a', left);
    expect(run.verdicts()).toEqual(['stale']);
  });
});

describe('a coordinator that was stopped itself', () => {
  it('blames nobody for the silence, nor for the deadlines that went by', () => {
    const run = twoAtWork();
    run.pass(50_000);
    const before = leaseOf(run, 'a');
    run.now += 5_000_000;
    run.happen({ type: 'tick' });
    expect(run.of('close-worker')).toEqual([]);
    expect(run.announced('lease-expired')).toEqual([]);
    const lostMicros = 5_000_000 - coordinationDefaults.tickMicros;
    expect(run.announced('time-lost')).toEqual([{ kind: 'time-lost', step: 1, lostMicros }]);
    const after = leaseOf(run, 'a');
    expect(after.deadline).toBe(before.deadline + lostMicros);
    expect(after.expectedAt).toBe(before.expectedAt + lostMicros);
  });

  it('still notices who is silent from then on', () => {
    const run = twoAtWork();
    run.now += 5_000_000;
    run.happen({ type: 'tick' });
    run.silent.add('a');
    run.pass(silenceMicros);
    expect(run.announced('worker-silent')).toMatchObject([{ worker: 'a' }]);
  });

  it('does not take an answer that waited unread for a slow one', () => {
    const run = twoAtWork();
    run.pass(50_000);
    const before = run.state.workers[0]!.speed!;
    run.now += 5_000_000;
    run.contribute('a', left, { computeMicros: 99_900 });
    expect(run.verdicts()).toEqual(['accepted']);
    const after = run.state.workers[0]!.speed!;
    expect(after.rowNanos).toBe(before.rowNanos);
    expect(after.latencyMicros).toBeLessThanOrEqual(before.latencyMicros);
  });

  it('is one whose tick comes more than four ticks late', () => {
    const run = twoAtWork();
    run.pass(50_000);
    run.now += 5 * coordinationDefaults.tickMicros;
    run.happen({ type: 'tick' });
    expect(run.announced('time-lost')).toEqual([]);
    run.now += 5 * coordinationDefaults.tickMicros + 1;
    run.happen({ type: 'tick' });
    expect(run.announced('time-lost')).toHaveLength(1);
  });
});

describe('a heartbeat', () => {
  /** Half of the predicted 100 ms of a's 32 rows are over. */
  function halfWay(): Drive {
    const leaseDeadline = { ...coordinationDefaults.leaseDeadline, minMicros: 1000 };
    const run = twoAtWork({ leaseDeadline });
    run.now += 50_000;
    return run;
  }

  it('without progress moves no deadline', () => {
    const run = halfWay();
    const before = leaseOf(run, 'a');
    run.heartbeat('a', 1, 0);
    run.heartbeat('a', 0, 20);
    expect(leaseOf(run, 'a')).toBe(before);
  });

  it('with progress moves prediction and deadline to what its pace promises', () => {
    const run = halfWay();
    const { leasedAt } = leaseOf(run, 'a');
    run.now += 50_000;
    // 4 rows in 100 ms: the 28 others will take 700 ms.
    run.heartbeat('a', 1, 4);
    const { expectedAt, deadline, latest } = leaseOf(run, 'a');
    expect(expectedAt - leasedAt).toBe(100_000 + 700_000);
    expect(deadline).toBe(latest);
    expect(leaseOf(run, 'b').deadline).toBeLessThan(deadline);
  });

  it('that repeats itself is no progress', () => {
    const run = halfWay();
    run.heartbeat('a', 1, 4);
    const once = leaseOf(run, 'a');
    run.now += 10_000;
    run.heartbeat('a', 1, 4);
    run.heartbeat('a', 1, 3);
    expect(leaseOf(run, 'a')).toBe(once);
  });

  it('cannot put a deadline off for ever', () => {
    const run = halfWay();
    const { latest } = leaseOf(run, 'a');
    for (let rows = 1; rows < 30; rows++) {
      run.now += 50_000;
      run.heartbeat('a', 1, rows);
      run.happen({ type: 'tick' });
    }
    expect(run.now).toBeGreaterThan(latest);
    expect(leaseOf(run, 'a').status).toBe('overdue');
    expect(leaseOf(run, 'a').deadline).toBeLessThanOrEqual(latest);
  });

  it.each([Number.MAX_SAFE_INTEGER, 33])('that claims %d rows of 32 moves nothing', (rows) => {
    const run = halfWay();
    const { expectedAt, deadline } = leaseOf(run, 'a');
    run.heartbeat('a', 1, rows);
    expect(leaseOf(run, 'a')).toMatchObject({ expectedAt, deadline });
  });
});
