import { describe, expect, it } from 'vitest';
import { Drive } from './testing/drive.ts';

const [left, right] = [
  { firstLeaf: 0, leafCount: 4 },
  { firstLeaf: 4, leafCount: 4 },
];
const late = 31_000_000;

/** Worker a has not answered its half; b has. */
function stragglerAndIdle(): Drive {
  const run = new Drive({ minWorkers: 2 });
  run.join('a', 'b');
  run.contribute('b', right);
  return run;
}

describe('a deadline', () => {
  it('does nothing before it has passed', () => {
    const run = stragglerAndIdle();
    expect(run.tick(499_999)).toEqual([]);
    expect(run.tick(1)).not.toEqual([]);
  });

  it('is a multiple of the predicted time, within bounds', () => {
    const deadlineFor = (rowNanos: number): number => {
      const run = new Drive({
        initialSpeed: { rowNanos, overheadMicros: 1000 },
        leaseDeadline: { factor: 4, minMicros: 100_000, maxMicros: 2_000_000 },
      });
      run.join('a');
      return run.state.round!.spans[0]!.leases[0]!.deadline - run.now;
    };
    expect(deadlineFor(1_000_000)).toBe(4 * (64_000 + 1000));
    expect(deadlineFor(1000)).toBe(100_000);
    expect(deadlineFor(100_000_000)).toBe(2_000_000);
  });

  it('once passed has the span leased to an idle worker too', () => {
    const run = stragglerAndIdle();
    run.tick(late);
    expect(run.announced('lease-expired')).toEqual([
      { kind: 'lease-expired', worker: 'a', step: 0, span: left },
    ]);
    expect(run.of('send-lease')).toEqual([{ type: 'send-lease', worker: 'b', step: 0, span: left }]);
    expect(run.tick(1)).toEqual([]);
  });

  it('once passed does not keep the straggler from being first after all', () => {
    const run = stragglerAndIdle();
    run.tick(late);
    run.contribute('a', left);
    expect(run.verdicts()).toEqual(['accepted']);
    expect(run.of('commit-step')).toHaveLength(1);
    run.contribute('b', left, { matchesFirst: true });
    expect(run.verdicts()).toEqual(['duplicate']);
  });

  it('is announced once; the span waits for somebody to be idle', () => {
    const run = new Drive({ minWorkers: 2 });
    run.join('a', 'b');
    run.tick(late);
    expect(run.announced('lease-expired')).toHaveLength(2);
    expect(run.of('send-lease')).toEqual([]);
    expect(run.tick(late)).toEqual([]);
    run.contribute('b', right);
    run.tick(1);
    expect(run.of('send-lease')).toMatchObject([{ worker: 'b', span: left }]);
  });

  it('that the second holder misses too brings in a third', () => {
    const run = new Drive({ minWorkers: 3, batchSize: 24, leafRows: 8 });
    run.join('a', 'b', 'c');
    run.contribute('b', { firstLeaf: 1, leafCount: 1 });
    run.contribute('c', { firstLeaf: 2, leafCount: 1 });
    run.tick(late);
    run.tick(late);
    expect(run.announced('lease-expired')).toMatchObject([{ worker: 'b' }]);
    expect(run.of('send-lease')).toMatchObject([{ worker: 'c', span: { firstLeaf: 0, leafCount: 1 } }]);
  });

  it('passed with nobody idle lets the lobby in', () => {
    const run = new Drive();
    run.join('a', 'b');
    run.tick(late);
    expect(run.of('send-weights')).toMatchObject([{ workers: ['b'], step: 0 }]);
    expect(run.of('send-lease')).toMatchObject([{ worker: 'b', span: { firstLeaf: 0, leafCount: 8 } }]);
  });

  it('missed makes the straggler be dealt less at the next step', () => {
    const run = stragglerAndIdle();
    run.tick(late);
    run.now += 1000;
    run.contribute('b', left);
    run.commit();
    expect(run.spansOf('a')).toEqual([]);
    expect(run.spansOf('b')).toEqual([{ firstLeaf: 0, leafCount: 8 }]);
  });

  it('missed once is not held against a worker for ever', () => {
    const run = new Drive({ minWorkers: 2, totalSteps: 2000, trainRows: 64 * 2000 });
    run.join('a', 'b');
    run.contribute('b', right);
    run.tick(late);
    run.contribute('b', left);
    run.commit();
    let steps = 0;
    for (; run.spansOf('a').length === 0 && steps < 1500; steps++) run.finishStep();
    expect(steps).toBeGreaterThan(50);
    expect(steps).toBeLessThan(1500);
  });
});
