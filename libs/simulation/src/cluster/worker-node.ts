import { GOLDEN_DIGEST } from '@lockstep/nn';
import { WorkerClient, type Channel, type WorkerEnd } from '@lockstep/transport';
import type { Watch } from '../checks/watch.ts';
import type { Network } from '../network/network.ts';
import { Site } from '../network/site.ts';
import type { WorkerPlan } from '../scenario/scenario.ts';
import type { Dice } from '../world/dice.ts';
import { Host } from '../world/host.ts';
import type { World } from '../world/world.ts';
import { DelayedTeam, type Pace } from './delayed-team.ts';

/** From the start of a worker's process to its first connection, and of its threads to the first span; at most. */
const START_MICROS = 200_000;

/** What a worker finds around it. */
export interface Surroundings {
  readonly world: World;
  readonly network: Network;
  readonly watch: Watch;
  readonly dice: Dice;
  readonly token: string | undefined;
  /** What becomes of a connection of a worker that misbehaves. */
  corrupt(channel: Channel, plan: WorkerPlan): Channel;
}

/** A machine with a worker on it: one process after the other, each the product's own client. */
export class WorkerNode {
  readonly plan: WorkerPlan;
  readonly site: Site;
  readonly pace: Pace;
  readonly #around: Surroundings;
  #host: Host | undefined;
  #client: WorkerClient | undefined;
  #wake: () => void = () => undefined;
  #end: WorkerEnd | undefined;
  /** Its process is on its way out, and another is to take its place. */
  #isToReturn = false;

  constructor(plan: WorkerPlan, around: Surroundings) {
    this.plan = plan;
    this.site = new Site(plan.name, plan.line);
    this.pace = {
      rowMicros: plan.rowMicros,
      overheadMicros: plan.overheadMicros,
      slowness: 1,
      isHung: false,
    };
    this.#around = around;
    around.world.after(plan.startMicros, () => this.start());
  }

  get isRunning(): boolean {
    return this.#host?.isAlive === true;
  }

  get isHonest(): boolean {
    return this.plan.misbehaviour === undefined;
  }

  /** How its last process ended by itself. */
  get end(): WorkerEnd | undefined {
    return this.#end;
  }

  /** Starts a process, unless there is one. */
  start(): void {
    this.#isToReturn = this.isRunning;
    if (this.isRunning || !this.site.isUp || this.#end?.type === 'finished') return;
    const { world, dice } = this.#around;
    const host = new Host(world, this.plan.name, dice.integer(0, 1_000_000_000));
    this.#host = host;
    world.note(() => `${host.name} starts`);
    host.after(dice.integer(0, START_MICROS), () => this.#work(host));
  }

  /** kill -9 */
  kill(): void {
    this.#host?.end();
  }

  losePower(): void {
    this.site.isUp = false;
    this.#host?.end();
  }

  regainPower(): void {
    this.site.isUp = true;
    this.start();
  }

  stop(): void {
    this.#host?.stop();
  }

  continue(): void {
    this.#host?.continue();
  }

  /** Says goodbye. */
  leave(): void {
    this.#host?.run(() => {
      this.#client?.leave('had enough');
      this.#wake();
    });
  }

  #work(host: Host): void {
    const { network, dice, token, corrupt } = this.#around;
    const { plan } = this;
    const client = new WorkerClient({
      identity: {
        name: plan.name,
        kind: plan.kind,
        engine: 'simulated',
        backend: 'reference',
        threads: 1,
        goldenDigest: GOLDEN_DIGEST,
        ...(token === undefined ? {} : { token }),
      },
      createTeam: async (config) => {
        await host.sleep(dice.integer(0, START_MICROS));
        return new DelayedTeam(config, host, this.pace, plan.kind);
      },
      now: () => host.now(),
      random: () => dice.uniform(),
      every: (millis, action) => host.every(millis * 1000, action),
      sleep: (delayMs) =>
        new Promise((resolve) => {
          this.#wake = resolve;
          host.after(delayMs * 1000, resolve);
        }),
      connect: async () => {
        const channel = await network.connect(this.site, host);
        return plan.misbehaviour === undefined ? channel : corrupt(channel, plan);
      },
      notify: (notice) => {
        if (notice.type === 'disconnected') {
          const { code, reason } = notice.close;
          this.#around.world.note(() => `${host.name} disconnected ${code} ${reason}`);
        }
      },
    });
    this.#client = client;
    void client.run().then((end) => host.run(() => this.#onEnd(host, end)));
  }

  #onEnd(host: Host, end: WorkerEnd): void {
    const { world, watch } = this.#around;
    world.note(() => `${host.name} ends: ${end.type}`);
    this.#end = end;
    host.end();
    if (end.type === 'left' && this.#isToReturn) this.start();
    if (!this.isHonest) return;
    if (end.type === 'refused')
      watch.fail(`${host.name}, which is honest, was refused: ${end.code} ${end.detail}`);
    if (end.type === 'failed') watch.fail(`${host.name} failed: ${end.error.stack ?? end.error.message}`);
  }
}
