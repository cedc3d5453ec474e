import type { Channel } from '@lockstep/transport';
import { Network } from '../network/network.ts';
import { Site } from '../network/site.ts';
import { Dice } from '../world/dice.ts';
import { Host } from '../world/host.ts';
import { World } from '../world/world.ts';

/** A connection between a worker's and a coordinator's process, in a world of their own. */
export interface SmallWorld {
  readonly world: World;
  readonly network: Network;
  readonly coordinatorSite: Site;
  readonly workerSite: Site;
  readonly coordinator: Host;
  readonly worker: Host;
  /** The two ends. */
  readonly left: Channel;
  readonly right: Channel;
  /** Lets `seconds` of virtual time pass. */
  pass(seconds: number): Promise<void>;
}

const LINE = { latencyMicros: 1000, jitterMicros: 500, bytesPerSecond: 10_000_000 };

export async function smallWorld(seed = 1): Promise<SmallWorld> {
  const world = new World();
  const coordinatorSite = new Site('coordinator', LINE);
  const workerSite = new Site('worker', LINE);
  const network = new Network(world, new Dice(seed, 1), coordinatorSite);
  const [coordinator, worker] = [new Host(world, 'coordinator'), new Host(world, 'worker')];
  let right!: Channel;
  network.listen(coordinator, (channel) => (right = channel));
  let left: Channel | undefined;
  void network.connect(workerSite, worker).then((channel) => (left = channel));
  await world.run(() => left !== undefined, 1e6);
  const pass = async (seconds: number): Promise<void> => {
    const until = world.now + Math.round(seconds * 1e6);
    world.after(until - world.now, () => undefined);
    await world.run(() => world.now >= until, until);
  };
  return {
    ...{ world, network, coordinatorSite, workerSite, coordinator, worker, right, pass },
    left: left!,
  };
}
