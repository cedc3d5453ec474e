import type { JournalEntry } from '@lockstep/journal';
import type { World } from '../world/world.ts';
import { FairnessWatch } from './fairness-watch.ts';

/** With nothing wrong and enough workers, the next step is committed within so long (invariant I5). */
const STALL_MICROS = 5_000_000;

/**
 * With nothing wrong, every worker is back within so long: the longest back-off, a handshake that times out before it, and a
 * half-dead connection that has to be noticed.
 */
const ABSENCE_MICROS = 60_000_000;

const LOOK_MICROS = 250_000;

/** Something that is wrong with these workers, or with everybody, and until when it was. */
interface Disturbance {
  readonly workers: readonly string[] | undefined;
  until: number;
}

/** What has to hold while a run is going on: it gets on when nothing keeps it from it, and nobody stays away for ever. */
export class Watch {
  readonly #world: World;
  readonly #minWorkers: number;
  readonly #honest: ReadonlySet<string>;
  readonly #fairness: FairnessWatch;
  readonly #journal: JournalEntry[] = [];
  readonly #failures: string[] = [];
  /** Names of the workers the coordinator counts, by connection. */
  readonly #present = new Map<string, string>();
  readonly #absentSince = new Map<string, number>();
  readonly #disturbances: Disturbance[] = [];
  #isServing = false;
  #hasBegun = false;
  #isOver = false;
  #quietSince = 0;
  #progressAt = 0;
  /** Steps that any term committed. */
  #furthest = 0;
  #commits = 0;

  /** @param honest names of the workers that do as they should */
  constructor(world: World, minWorkers: number, honest: readonly string[]) {
    this.#world = world;
    this.#minWorkers = minWorkers;
    this.#honest = new Set(honest);
    this.#fairness = new FairnessWatch({
      nameOf: (worker) => this.#present.get(worker),
      isHonest: (name) => this.#honest.has(name),
      isWrongWith: (name, within) => this.isWrongWith(name, within),
      fail: (text) => this.fail(text),
    });
    this.#look();
  }

  /** What went wrong. */
  get failures(): readonly string[] {
    return this.#failures;
  }

  /** All lines of all terms. */
  get journal(): readonly JournalEntry[] {
    return this.#journal;
  }

  get furthest(): number {
    return this.#furthest;
  }

  get commits(): number {
    return this.#commits;
  }

  /** Whether something is wrong with the coordinator, or its machine. */
  get isDisturbed(): boolean {
    return this.#disturbances.some(({ workers, until }) => workers === undefined && until === Infinity);
  }

  /** Since when nothing has been wrong with the coordinator and enough workers. */
  get quietSince(): number {
    return this.#quietSince;
  }

  /** Names of the workers the coordinator counts. */
  get present(): ReadonlySet<string> {
    return new Set(this.#present.values());
  }

  fail(text: string): void {
    this.#world.note(() => `FAILED ${text}`);
    this.#failures.push(text);
  }

  /**
   * Something is wrong until the function returned is called. Nothing is demanded of the workers it is wrong with; of nobody,
   * when it is wrong with the coordinator.
   */
  disturb(workers?: readonly string[]): () => void {
    const disturbance: Disturbance = { workers, until: Infinity };
    this.#disturbances.push(disturbance);
    return () => void (disturbance.until = this.#world.now);
  }

  /** Whether something is wrong with that worker, or was within so many microseconds. */
  isWrongWith(worker: string, within = 0): boolean {
    const since = this.#world.now - within;
    return this.#disturbances.some(
      ({ workers, until }) => until > since && (workers === undefined || workers.includes(worker)),
    );
  }

  /** A coordinator serves workers, from now on or no more. */
  serving(isServing: boolean): void {
    this.#isServing = isServing;
    this.#hasBegun = false;
    this.#present.clear();
    this.#quietSince = this.#world.now;
  }

  /** A run that ended said from which step on its weights are in doubt: from the first mismatch that this start saw. */
  expectDoubt(disagreedAt: number | undefined): void {
    const begun = this.#journal.findLastIndex(({ type }) => type === 'started');
    const mismatches = this.#journal.slice(begun).filter(({ type }) => type === 'contribution-mismatch');
    const steps = mismatches.map((entry) => entry['step'] as number);
    const expected = steps.length === 0 ? undefined : Math.min(...steps);
    if (disagreedAt !== expected)
      this.fail(`bits disagreed at step ${expected}, the run says ${disagreedAt}`);
    const told = this.#journal.slice(begun).filter(({ verdict }) => verdict === 'mismatch').length;
    if (told !== steps.length) this.fail(`${steps.length} mismatches, and ${told} verdicts that say so`);
  }

  over(): void {
    this.#isOver = true;
  }

  /** Takes a line of the coordinator's journal. */
  take(line: object): void {
    const entry = line as JournalEntry;
    const { now } = this.#world;
    this.#journal.push({ at: now, ...entry });
    this.#world.note(() => `journal ${JSON.stringify(entry)}`);
    this.#fairness.take(entry, now);
    switch (entry.type) {
      case 'worker-in-lobby':
        this.#present.set(entry['worker'] as string, entry['name'] as string);
        return;
      case 'worker-lost':
        this.#present.delete(entry['worker'] as string);
        return;
      case 'step-started':
        this.#hasBegun = true;
        return;
      case 'step-committed':
        this.#commits++;
        this.#progressAt = now;
        this.#furthest = Math.max(this.#furthest, (entry['step'] as number) + 1);
    }
  }

  #look(): void {
    this.#world.after(LOOK_MICROS, () => {
      if (this.#isOver) return;
      this.#look();
      this.#lookForStall();
      this.#lookForAbsence();
    });
  }

  #lookForStall(): void {
    const { now } = this.#world;
    const well = [...this.present].filter((name) => this.#honest.has(name) && !this.isWrongWith(name)).length;
    const isEnough = well >= (this.#hasBegun ? 1 : this.#minWorkers);
    if (!this.#isServing || !isEnough) this.#quietSince = now;
    const waited = now - Math.max(this.#quietSince, this.#progressAt);
    if (waited < STALL_MICROS) return;
    this.fail(
      `no step for ${waited / 1e6} s at step ${this.#furthest}, with nothing wrong with ${well} honest workers`,
    );
  }

  #lookForAbsence(): void {
    const { now } = this.#world;
    const { present } = this;
    for (const name of this.#honest) {
      if (present.has(name) || this.isWrongWith(name) || !this.#isServing) this.#absentSince.delete(name);
      else if (!this.#absentSince.has(name)) this.#absentSince.set(name, now);
      else if (now - this.#absentSince.get(name)! > ABSENCE_MICROS) this.fail(`${name} does not come back`);
    }
  }
}
