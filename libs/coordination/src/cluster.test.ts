import { describe, expect, it, vi } from 'vitest';
import { localWorker, VirtualCluster } from './testing/virtual-cluster.ts';
import type { VirtualWorker } from './testing/virtual-cluster.ts';

/** A line of 50 Mbit/s there and 10 Mbit/s back, 15 ms away. */
const onHomeLine: VirtualWorker = {
  ...localWorker,
  latencyMicros: 15_000,
  downBytesPerSecond: 50_000_000 / 8,
  upBytesPerSecond: 10_000_000 / 8,
};

/** `count` local workers that have taken a few steps. */
function clusterOf(count: number, facts: Partial<VirtualWorker> = {}): VirtualCluster {
  const cluster = new VirtualCluster({ minWorkers: count });
  for (let worker = 0; worker < count; worker++) cluster.join(`w${worker}`, { ...localWorker, ...facts });
  cluster.run(20);
  return cluster;
}

vi.setConfig({ testTimeout: 60_000 });

const reasonsTold = (cluster: VirtualCluster, worker: string): readonly string[] =>
  cluster.told.filter((effect) => effect.worker === worker).map(({ reason }) => reason);

describe('a worker on a slow line that joins two local ones', () => {
  it.each([0, 200])(
    'leaves the time of a step within 1.05 of what it was, %i thousandths of jitter',
    (jitter) => {
      const cluster = clusterOf(2, { jitterPermille: jitter });
      const before = cluster.run(100);
      cluster.join('home', onHomeLine);
      expect(cluster.run(500) / before).toBeLessThanOrEqual(1.05);
      expect(cluster.accepted.get('home')).toBeUndefined();
    },
  );

  it('is told once that it is measured, once why it stands by, and checks what the others have computed', () => {
    const cluster = clusterOf(2);
    cluster.join('home', onHomeLine);
    cluster.run(1000);
    expect(reasonsTold(cluster, 'home')).toEqual(['measuring', 'slow-line']);
    const { neededMicros, stepMicros } = cluster.told.at(-1)!;
    expect(neededMicros).toBeGreaterThan(300_000);
    expect(stepMicros).toBeLessThan(10_000);
    const matches = cluster.announcements.filter(({ kind }) => kind === 'contribution-match');
    expect(matches.length).toBeGreaterThan(3);
    // One may be on its way.
    expect(cluster.uploads.get('home')! - matches.length).toBeLessThanOrEqual(1);
  });

  it('spends at most a quarter of its time on checks, once its speed is known', () => {
    const cluster = clusterOf(2);
    cluster.join('home', onHomeLine);
    const from = cluster.now;
    while (cluster.now - from < 20_000_000) cluster.run(1);
    // A check takes it 420 ms: 3 come one after the other, then one every 4 * 420 ms.
    expect(cluster.uploads.get('home')).toBeGreaterThan(10);
    expect(cluster.uploads.get('home')).toBeLessThanOrEqual(3 + Math.ceil(20_000 / (4 * 420)));
  });

  it('leaves one local worker alone too', () => {
    const cluster = clusterOf(1);
    const before = cluster.run(100);
    for (const worker of ['home', 'neighbour']) cluster.join(worker, onHomeLine);
    expect(cluster.run(500) / before).toBeLessThanOrEqual(1.05);
  });

  it('takes part where the others need so long for a step that it is a help', () => {
    const slow = { rowNanos: 4_000_000 };
    const cluster = clusterOf(2, slow);
    const before = cluster.run(20);
    cluster.join('home', { ...onHomeLine, ...slow });
    cluster.run(20);
    expect(cluster.run(20) / before).toBeLessThan(0.9);
    expect(cluster.accepted.get('home')).toBeGreaterThan(20);
  });

  it('takes part soon after its line has become fast', () => {
    const cluster = clusterOf(2);
    cluster.join('home', onHomeLine);
    cluster.run(500);
    cluster.change('home', localWorker);
    const from = cluster.now;
    while (cluster.accepted.get('home') === undefined) cluster.run(10);
    expect(cluster.now - from).toBeLessThan(30_000_000);
  });
});

describe('a newcomer whose first answer comes late because it is cold', () => {
  it('takes part after a few more, and is never said to have a slow line', () => {
    const cluster = clusterOf(2);
    cluster.join('cold', { ...localWorker, latencyMicros: 30_000 });
    while (cluster.uploads.get('cold') === undefined) cluster.run(1);
    cluster.change('cold', localWorker);
    while (cluster.accepted.get('cold') === undefined) cluster.run(1);
    expect(cluster.uploads.get('cold')).toBeLessThanOrEqual(5);
    expect(reasonsTold(cluster, 'cold')).toEqual(['measuring']);
  });
});

describe('one of four workers that becomes ten times slower', () => {
  it.each([0, 200])(
    'costs less than half a step, from the first one on, %i thousandths of jitter',
    (jitter) => {
      const without = clusterOf(3, { jitterPermille: jitter }).run(200);
      const cluster = clusterOf(4, { jitterPermille: jitter });
      cluster.run(50);
      cluster.change('w3', { rowNanos: 10 * localWorker.rowNanos });
      expect(cluster.run(100) / without).toBeLessThanOrEqual(1.5);
      expect(cluster.run(200) / without).toBeLessThanOrEqual(1.1);
    },
  );

  it('costs no more when it was so from the start', () => {
    const without = clusterOf(3).run(100);
    const cluster = new VirtualCluster({ minWorkers: 4 });
    for (let worker = 0; worker < 4; worker++) {
      cluster.join(`w${worker}`, { ...localWorker, rowNanos: worker === 2 ? 100_000 : 10_000 });
    }
    cluster.run(20);
    expect(cluster.run(100) / without).toBeLessThanOrEqual(1.1);
  });

  it('for three steps of ten costs less than half a step in the mean', () => {
    const without = clusterOf(3).run(200);
    const cluster = clusterOf(4);
    const from = cluster.now;
    for (let turn = 0; turn < 30; turn++) {
      cluster.change('w1', { rowNanos: 100_000 });
      cluster.run(3);
      cluster.change('w1', { rowNanos: 10_000 });
      cluster.run(7);
    }
    expect((cluster.now - from) / 300 / without).toBeLessThanOrEqual(1.5);
  });
});

describe('a worker that stops dead', () => {
  it('has its spans computed by others long before it is dropped, and is dropped in less than 3 s', () => {
    const cluster = clusterOf(4);
    const before = cluster.run(50);
    const from = cluster.now;
    cluster.stop('w3');
    expect(cluster.run(1)).toBeLessThan(before + 150_000);
    while (cluster.state.workers.length === 4) cluster.run(1);
    expect(cluster.now - from).toBeLessThan(3_000_000);
    expect(cluster.announcements.filter(({ kind }) => kind === 'worker-silent')).toHaveLength(1);
  });
});

describe('equal workers', () => {
  it.each([3, 5, 6, 7, 10])('numbering %i are dealt the same spans step after step', (count) => {
    const cluster = clusterOf(count, { jitterPermille: 100 });
    let { lastDeal } = cluster.state;
    let changes = 0;
    for (let step = 0; step < 100; step++) {
      cluster.run(1);
      if (cluster.state.lastDeal !== lastDeal) changes++;
      ({ lastDeal } = cluster.state);
    }
    expect(changes).toBeLessThanOrEqual(5);
  });

  it('are never taken for stragglers, though each takes up to twice as long now and then', () => {
    const cluster = clusterOf(4, { jitterPermille: 1000 });
    cluster.run(500);
    const kinds = cluster.announcements.map((event) =>
      event.kind === 'spans-leased' ? event.purpose : event.kind,
    );
    expect(kinds.filter((kind) => kind === 'lease-expired' || kind === 'overdue')).toEqual([]);
    expect(kinds.filter((kind) => kind === 'speculative').length).toBeLessThan(5);
  });
});
