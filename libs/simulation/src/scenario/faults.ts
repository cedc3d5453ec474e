import type { Cluster } from '../cluster/cluster.ts';
import { sendStranger } from '../cluster/stranger.ts';
import type { WorkerNode } from '../cluster/worker-node.ts';
import type { Line } from '../network/line.ts';
import { STRANGERS, type FaultKind } from './fault-kinds.ts';
import type { FaultPlan } from './scenario.ts';

/** What a fault did. */
interface Done {
  /** Nothing when there is nothing to undo: it is over as soon as it happened. */
  readonly undo?: () => void;
  /** Who suffers from it; everybody when it is the coordinator, nobody when it must not matter. */
  readonly victims: 'everybody' | readonly WorkerNode[];
}

const HOUR_MICROS = 3_600_000_000;

/** The effects of a healed fault may last so long: lost packets are sent again, processes start. */
const AFTERMATH_MICROS = 1_000_000;

const oneOf = ({ workers, dice }: Cluster): WorkerNode => dice.pick(workers);

/** Does something to one worker. */
const toWorker =
  (act: (worker: WorkerNode, cluster: Cluster) => (() => void) | undefined) =>
  (cluster: Cluster): Done => {
    const worker = oneOf(cluster);
    const undo = act(worker, cluster);
    return { victims: [worker], ...(undo === undefined ? {} : { undo }) };
  };

/** Does something to the coordinator, from which it has to recover. */
const toCoordinator =
  (act: (cluster: Cluster) => (() => void) | undefined) =>
  (cluster: Cluster): Done => {
    const undo = act(cluster);
    return { victims: 'everybody', ...(undo === undefined ? {} : { undo }) };
  };

/** Does something that must not matter to anybody. */
const harmless =
  (act: (cluster: Cluster, durationMicros: number) => (() => void) | undefined) =>
  (cluster: Cluster, durationMicros: number): Done => {
    const undo = act(cluster, durationMicros);
    return { victims: [], ...(undo === undefined ? {} : { undo }) };
  };

function block(lines: readonly Line[]): () => void {
  for (const line of lines) line.block();
  return () => {
    for (const line of lines) line.unblock();
  };
}

function slowDown({ site }: WorkerNode, { dice }: Cluster): () => void {
  const lines = [site.up, site.down];
  const before = lines.map(({ latencyMicros, jitterMicros, bytesPerSecond }) => ({
    ...{ latencyMicros, jitterMicros, bytesPerSecond },
  }));
  for (const line of lines) {
    line.latencyMicros = dice.magnitude(10_000, 500_000);
    line.jitterMicros = dice.magnitude(10_000, 300_000);
    line.bytesPerSecond = dice.magnitude(5_000, 1_000_000);
  }
  return () => lines.forEach((line, index) => Object.assign(line, before[index]));
}

const killCoordinator = toCoordinator(({ coordinator }) => {
  coordinator.kill();
  return () => coordinator.start();
});

/** What each kind of fault does to the cluster. */
const FAULTS: Readonly<Record<FaultKind, (cluster: Cluster, durationMicros: number) => Done>> = {
  'connection-reset': toWorker(({ site }, { network }) => {
    network.reset(site);
    return undefined;
  }),
  'black-hole': toWorker(({ site }) => block([site.up, site.down])),
  'black-hole-up': toWorker(({ site }) => block([site.up])),
  'black-hole-down': toWorker(({ site }) => block([site.down])),
  partition: ({ workers, dice }) => {
    const victims = workers.filter(() => dice.chance(0.5));
    return { victims, undo: block(victims.flatMap(({ site }) => [site.up, site.down])) };
  },
  'slow-line': toWorker(slowDown),
  'worker-killed': toWorker((worker) => {
    worker.kill();
    return () => worker.start();
  }),
  'worker-power-lost': toWorker((worker) => {
    worker.losePower();
    return () => worker.regainPower();
  }),
  'worker-stopped': toWorker((worker) => {
    worker.stop();
    return () => worker.continue();
  }),
  'worker-hung': toWorker(({ pace }) => {
    pace.isHung = true;
    return () => (pace.isHung = false);
  }),
  'worker-slow': toWorker(({ pace }) => {
    pace.slowness *= 10;
    return () => (pace.slowness /= 10);
  }),
  'worker-left': toWorker((worker) => {
    worker.leave();
    return () => worker.start();
  }),
  'coordinator-killed': killCoordinator,
  'coordinator-killed-writing': killCoordinator,
  'coordinator-power-lost': toCoordinator(({ coordinator }) => {
    coordinator.losePower();
    return () => coordinator.start();
  }),
  'coordinator-stopped': toCoordinator(({ coordinator }) => {
    coordinator.stop();
    return () => coordinator.continue();
  }),
  'coordinator-terminated': toCoordinator(({ coordinator }) => {
    coordinator.terminate();
    return undefined;
  }),
  'disk-full': toCoordinator(({ disk }) => {
    disk.isFull = true;
    return () => (disk.isFull = false);
  }),
  // Full from the moment on in which the last checkpoint is written.
  'disk-full-at-end': harmless(({ coordinator }, durationMicros) => {
    coordinator.fillDiskAtEnd(durationMicros);
    return undefined;
  }),
  'disk-slow': harmless(({ disk }) => {
    disk.slowness = 100;
    return () => (disk.slowness = 1);
  }),
  'checkpoint-damaged': harmless(({ checkpoints: { whole }, disk, dice }) => {
    if (whole.length > 0) disk.damage(dice.pick(whole));
    return undefined;
  }),
  'coordinator-killed-damaged': toCoordinator(({ coordinator, checkpoints: { whole }, disk }) => {
    coordinator.kill();
    if (whole.length > 0) disk.damage(whole.at(-1)!);
    return () => coordinator.start();
  }),
  'clock-jumped': harmless(({ world, dice }) => {
    world.moveWallClock(dice.pick([-1, 1]) * dice.magnitude(1_000_000, HOUR_MICROS));
    return undefined;
  }),
  stranger: harmless(({ world, network, watch, dice, scenario: { token } }) => {
    const kinds = STRANGERS.filter((kind) => kind !== 'has-no-token' || token !== undefined);
    void sendStranger(dice.pick(kinds), { world, network, watch, dice, token });
    return undefined;
  }),
};

/** Lets a fault happen now, and be healed in its time. */
export function inject(cluster: Cluster, { kind, durationMicros }: FaultPlan): void {
  const { world, watch } = cluster;
  cluster.count(kind);
  const { victims, undo } = FAULTS[kind](cluster, durationMicros);
  const names = victims === 'everybody' ? undefined : victims.map(({ plan }) => plan.name);
  const howLong = undo === undefined ? '' : ` for ${durationMicros / 1e6} s`;
  world.note(() => `fault: ${kind}${names === undefined ? '' : ` of [${names.join(' ')}]`}${howLong}`);
  const healed = watch.disturb(names);
  world.after(undo === undefined ? 0 : durationMicros, () => {
    if (undo !== undefined) world.note(() => `healed: ${kind}`);
    undo?.();
    world.after(AFTERMATH_MICROS, healed);
  });
}
