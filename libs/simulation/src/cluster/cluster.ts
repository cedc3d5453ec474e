import { workerMessageLimits } from '@lockstep/protocol';
import { runShapeOf } from '@lockstep/worker';
import type { Channel } from '@lockstep/transport';
import { CheckpointWatch } from '../checks/checkpoint-watch.ts';
import { Watch } from '../checks/watch.ts';
import { Disk } from '../disk/disk.ts';
import { Network } from '../network/network.ts';
import { Site } from '../network/site.ts';
import { PURPOSES, type Scenario, type WorkerPlan } from '../scenario/scenario.ts';
import { Dice } from '../world/dice.ts';
import type { World } from '../world/world.ts';
import { CoordinatorNode } from './coordinator-node.ts';
import { misbehavingChannel } from './misbehaviour.ts';
import { WorkerNode } from './worker-node.ts';

/** A flood is on its way, and noticed, for so long at most. */
const FLOOD_MICROS = 10_000_000;

/** What the cluster tells whoever disturbs it. */
export interface ClusterEvents {
  /** So many steps were committed for the first time. */
  onStep(steps: number): void;
  /** The coordinator begins to write a checkpoint. */
  onSave(): void;
}

/** A whole run on virtual machines: the coordinator, its disk, the workers and the network between them. */
export class Cluster {
  readonly world: World;
  readonly scenario: Scenario;
  readonly dice: Dice;
  readonly disk: Disk;
  readonly network: Network;
  readonly watch: Watch;
  readonly checkpoints: CheckpointWatch;
  readonly coordinator: CoordinatorNode;
  readonly workers: readonly WorkerNode[];
  readonly #counts = new Map<string, number>();
  #furthest = 0;

  constructor(world: World, scenario: Scenario, events: ClusterEvents) {
    const { seed, token } = scenario;
    this.world = world;
    this.scenario = scenario;
    this.dice = new Dice(seed, PURPOSES.chance);
    this.disk = new Disk(new Dice(seed, PURPOSES.disk));
    const site = new Site('coordinator', { latencyMicros: 0, jitterMicros: 0, bytesPerSecond: 1e9 });
    this.network = new Network(world, new Dice(seed, PURPOSES.network), site);
    const honest = scenario.workers.filter(({ misbehaviour }) => misbehaviour === undefined);
    this.watch = new Watch(
      world,
      scenario.minWorkers,
      honest.map(({ name }) => name),
    );
    this.checkpoints = new CheckpointWatch(this.disk, this.watch);
    const { disk, network, watch, checkpoints, dice } = this;
    this.coordinator = new CoordinatorNode({
      ...{ world, network, site, disk, scenario, dice, watch, checkpoints },
      onStep: (step) => {
        if (step <= this.#furthest) return;
        this.#furthest = step;
        events.onStep(step);
      },
      onSave: () => events.onSave(),
    });
    const corrupt = (channel: Channel, plan: WorkerPlan): Channel => this.#corrupt(channel, plan);
    this.workers = scenario.workers.map(
      (plan) => new WorkerNode(plan, { world, network, watch, dice, token, corrupt }),
    );
    this.coordinator.start();
  }

  /** How often what was done to the cluster. */
  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }

  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  #corrupt(channel: Channel, { name, misbehaviour }: WorkerPlan): Channel {
    const { config } = this.scenario;
    const { dice } = this;
    const limits = workerMessageLimits(runShapeOf(config));
    return misbehavingChannel(channel, {
      ...misbehaviour!,
      limits,
      dice,
      count: (misdeed) => {
        this.world.note(() => `${name} misbehaves: ${misdeed}`);
        this.count(misdeed);
      },
      onFlood: (flooded) => this.#expectEnd(flooded, name),
    });
  }

  /** Whoever sends a flood is closed, unless something else is wrong. */
  #expectEnd(channel: Channel, name: string): void {
    const { world, watch } = this;
    const since = world.now;
    world.after(FLOOD_MICROS, () => {
      const hadPeace =
        !watch.isDisturbed && watch.quietSince <= since && !watch.isWrongWith(name, FLOOD_MICROS);
      if (channel.isOpen && hadPeace) watch.fail(`${name} sent a flood, and is still let in`);
    });
  }
}
