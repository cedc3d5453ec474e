import { checkJournal } from '@lockstep/journal';
import type { RunEnd } from '@lockstep/shell';
import { Cluster } from './cluster/cluster.ts';
import { inject } from './scenario/faults.ts';
import type { FaultCounts, FaultKind } from './scenario/fault-kinds.ts';
import { trainAlone } from './scenario/oracle.ts';
import { PURPOSES, scenarioOf, type FaultPlan, type Scenario } from './scenario/scenario.ts';
import { Dice } from './world/dice.ts';
import { useVirtualGlobals } from './world/virtual-globals.ts';
import { World, type TraceSink } from './world/world.ts';

/** A run that is not over by then will never be. */
const DEADLINE_MICROS = 600_000_000;

/** Whoever took part knows so long after its end that the run is over. */
const FAREWELL_MICROS = 3_000_000;

/** What became of a simulated run. */
export interface SimulationReport {
  readonly seed: number;
  /** What went wrong; nothing, when the run did as it should. */
  readonly failures: readonly string[];
  /** Steps committed, those that a later term repeated too. */
  readonly commits: number;
  readonly terms: number;
  readonly faults: FaultCounts;
  readonly virtualSeconds: number;
}

export interface SimulationOptions {
  /** Hears what happens, a line each. */
  readonly trace?: TraceSink;
  /** How a single process ends the run, when it is known already. */
  readonly expected?: RunEnd;
  /** The kinds of fault that happen; left out, the seed chooses. */
  readonly only?: readonly FaultKind[];
}

/** Runs the cluster of a seed to its end, and compares it with a single process. */
export function simulateSeed(seed: number, options: SimulationOptions = {}): Promise<SimulationReport> {
  return simulate(scenarioOf(seed, options.only), options);
}

/** Runs the cluster of a scenario to its end, and compares it with a single process. */
export async function simulate(
  scenario: Scenario,
  { trace, expected }: SimulationOptions = {},
): Promise<SimulationReport> {
  const alone = expected ?? (await trainAlone(scenario));
  const world = new World(trace);
  const restoreGlobals = useVirtualGlobals(world, () => chance.uniform());
  const onRejection = (reason: unknown): void =>
    cluster.watch.fail(`nobody handled: ${(reason as Error).stack ?? String(reason)}`);
  process.on('unhandledRejection', onRejection);
  const faults = new FaultSchedule(scenario.faults);
  const chance = new Dice(scenario.seed, PURPOSES.globals);
  const cluster: Cluster = new Cluster(world, scenario, {
    onStep: (steps) => faults.onStep(steps, (plan) => plant(plan)),
    onSave: () => faults.onSave((plan) => plant(plan)),
  });
  const { watch, coordinator } = cluster;
  const plant = (plan: FaultPlan): void =>
    void world.after(plan.afterMicros, () => {
      if (coordinator.end === undefined) inject(cluster, plan);
    });
  faults.onStep(0, plant);
  try {
    await world.run(() => coordinator.end !== undefined || watch.failures.length > 0, DEADLINE_MICROS);
    cluster.checkpoints.checkStrange();
    if (coordinator.end !== undefined) await checkFarewell(cluster);
  } catch (error) {
    watch.fail((error as Error).stack ?? String(error));
  } finally {
    process.off('unhandledRejection', onRejection);
    restoreGlobals();
  }
  const { violations, figures } = checkJournal(watch.journal, {
    weightsSha256: alone.weightsSha256,
    isWhole: true,
  });
  for (const { invariant, term, text } of violations) watch.fail(`${invariant} in term ${term}: ${text}`);
  const end = coordinator.end;
  if (end !== undefined && outcomeOf(end) !== outcomeOf(alone)) {
    watch.fail(
      `ended with ${JSON.stringify(end)}, where a single process ends with ${JSON.stringify(alone)}`,
    );
  }
  return {
    seed: scenario.seed,
    failures: watch.failures,
    commits: watch.commits,
    terms: figures.terms,
    faults: cluster.counts,
    virtualSeconds: world.now / 1e6,
  };
}

/** What must be the same wherever the run's checkpoint lies. */
const outcomeOf = ({ type, step, weightsSha256, averageSha256 }: RunEnd): string =>
  JSON.stringify({ type, step, weightsSha256, averageSha256 });

/** Those who were there at the end, undisturbed, know that the run is over. */
async function checkFarewell({ world, watch, workers }: Cluster): Promise<void> {
  const undisturbed = new Set([...watch.present].filter((name) => !watch.isWrongWith(name)));
  watch.over();
  const until = world.now + FAREWELL_MICROS;
  world.after(FAREWELL_MICROS, () => undefined);
  await world.run(() => world.now >= until, until);
  for (const { plan, isHonest, end } of workers) {
    if (!isHonest || !undisturbed.has(plan.name) || end?.type === 'finished') continue;
    watch.fail(`${plan.name} was there at the end of the run and does not know that it is over`);
  }
}

/** Faults that wait for their moment. */
class FaultSchedule {
  #waiting: readonly FaultPlan[];

  constructor(plans: readonly FaultPlan[]) {
    this.#waiting = plans;
  }

  onStep(steps: number, plant: (plan: FaultPlan) => void): void {
    this.#release(({ kind, atStep }) => atStep <= steps && kind !== 'coordinator-killed-writing', plant);
    this.#steps = steps;
  }

  onSave(plant: (plan: FaultPlan) => void): void {
    this.#release(
      ({ kind, atStep }) => atStep <= this.#steps && kind === 'coordinator-killed-writing',
      (plan) => plant({ ...plan, afterMicros: Math.round(plan.afterMicros / 10) }),
    );
  }

  #steps = 0;

  #release(isDue: (plan: FaultPlan) => boolean, plant: (plan: FaultPlan) => void): void {
    const due = this.#waiting.filter(isDue);
    if (due.length === 0) return;
    this.#waiting = this.#waiting.filter((plan) => !due.includes(plan));
    due.forEach(plant);
  }
}
