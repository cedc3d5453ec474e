import type { RunConfig } from '@lockstep/config';
import type { LoadedDataset } from '@lockstep/shell';
import { Dice } from '../world/dice.ts';
import { FAULT_KINDS, MISDEEDS, type FaultKind, type Misdeed } from './fault-kinds.ts';
import { makeConfig, makeData } from './run-of-seed.ts';

/** What the way between a machine and the coordinator is like. */
export interface LineConditions {
  readonly latencyMicros: number;
  readonly jitterMicros: number;
  readonly bytesPerSecond: number;
}

export interface WorkerPlan {
  readonly name: string;
  /** A tab computes on the thread of its socket. */
  readonly kind: 'process' | 'tab';
  readonly startMicros: number;
  readonly rowMicros: number;
  /** From a lease to the first row. */
  readonly overheadMicros: number;
  readonly line: LineConditions;
  /** Undefined for an honest worker. */
  readonly misbehaviour: { readonly misdeeds: readonly Misdeed[]; readonly probability: number } | undefined;
}

export interface FaultPlan {
  readonly kind: FaultKind;
  /** It happens so long after so many steps were committed for the first time. */
  readonly atStep: number;
  readonly afterMicros: number;
  /** How long it lasts, or until what it took away comes back. */
  readonly durationMicros: number;
}

/** Everything that is decided about a simulated run before it begins. */
export interface Scenario {
  readonly seed: number;
  readonly config: RunConfig;
  readonly data: LoadedDataset;
  readonly minWorkers: number;
  readonly maxWorkers: number;
  /** Steps between two checkpoints, and seconds; none but the last when both are 0. */
  readonly checkpointEvery: number;
  readonly checkpointSeconds: number;
  readonly keepCheckpoints: number;
  /** The most that judging the weights of an epoch takes. */
  readonly evaluationMicros: number;
  readonly token: string | undefined;
  /** The run's identity. */
  readonly run: string;
  /** Whether somebody copies a checkpoint of another run beside those of this one. */
  readonly hasStrangeCheckpoint: boolean;
  readonly workers: readonly WorkerPlan[];
  readonly faults: readonly FaultPlan[];
}

/** What the dice of a world are for: each purpose has its own, so that a change of one leaves the others as they are. */
export const PURPOSES = {
  run: 1,
  data: 2,
  workers: 3,
  faults: 4,
  network: 5,
  disk: 6,
  chance: 7,
  globals: 8,
  folder: 9,
  end: 10,
} as const;

/**
 * The scenario of a seed.
 * @param only kinds of fault that happen, all of them; left out, the seed chooses among all there are
 */
export function scenarioOf(seed: number, only?: readonly FaultKind[]): Scenario {
  const dice = new Dice(seed, PURPOSES.run);
  const config = makeConfig(dice);
  const workers = makeWorkers(new Dice(seed, PURPOSES.workers));
  const honest = workers.filter(({ misbehaviour }) => misbehaviour === undefined).length;
  const minWorkers = dice.integer(1, Math.min(3, honest));
  return {
    seed,
    config,
    data: makeData(config, new Dice(seed, PURPOSES.data)),
    minWorkers,
    maxWorkers: dice.chance(0.1) ? dice.integer(minWorkers, workers.length) : 256,
    checkpointEvery: dice.chance(0.15) ? 0 : dice.integer(1, 7),
    checkpointSeconds: dice.chance(0.7) ? 0 : dice.magnitude(10, 1000) / 1000,
    keepCheckpoints: dice.integer(1, 4),
    evaluationMicros: dice.chance(0.1) ? 400_000 : 30_000,
    token: dice.chance(0.3) ? 'secret' : undefined,
    run: seed.toString(16).padStart(32, '0'),
    hasStrangeCheckpoint: new Dice(seed, PURPOSES.folder).chance(0.5),
    workers,
    faults: [
      ...makeFaults(config.totalSteps, new Dice(seed, PURPOSES.faults), only),
      ...makeFaultsOfEnd(new Dice(seed, PURPOSES.end), only),
    ],
  };
}

function makeWorkers(dice: Dice): WorkerPlan[] {
  const honest = dice.integer(1, 10);
  const misbehaving = dice.chance(0.3) ? dice.integer(1, 2) : 0;
  const rowMicros = dice.magnitude(10, 500);
  const latencyMicros = dice.magnitude(100, 20_000);
  return Array.from({ length: honest + misbehaving }, (_, index) => ({
    name: `w${index + 1}`,
    kind: dice.chance(0.8) ? 'process' : 'tab',
    startMicros: index < 3 || dice.chance(0.7) ? dice.integer(0, 100_000) : dice.integer(0, 3_000_000),
    rowMicros: dice.chance(0.8) ? rowMicros : rowMicros * dice.integer(1, 8),
    overheadMicros: dice.integer(0, 1000),
    line: {
      latencyMicros: dice.chance(0.8) ? latencyMicros : dice.magnitude(100, 100_000),
      jitterMicros: dice.chance(0.5) ? 0 : dice.magnitude(10, 20_000),
      bytesPerSecond: dice.magnitude(1_000_000, 1_000_000_000),
    },
    misbehaviour: index < honest ? undefined : makeMisbehaviour(dice),
  }));
}

/** With dice of its own, so that seeds in which a bug was found keep their other faults. */
function makeFaultsOfEnd(dice: Dice, only?: readonly FaultKind[]): FaultPlan[] {
  const kind = 'disk-full-at-end';
  if (only === undefined ? !dice.chance(0.15) : !only.includes(kind)) return [];
  return [{ kind, atStep: 0, afterMicros: 0, durationMicros: dice.magnitude(20_000, 60_000_000) }];
}

const makeMisbehaviour = (dice: Dice): WorkerPlan['misbehaviour'] => ({
  misdeeds: MISDEEDS.filter(() => dice.chance(0.4)),
  probability: dice.pick([0.05, 0.2, 0.6]),
});

/** A seed has a few kinds of fault, many times over or seldom: so each kind meets every other, and itself, somewhere. */
function makeFaults(totalSteps: number, dice: Dice, only?: readonly FaultKind[]): FaultPlan[] {
  const share = dice.pick([0.1, 0.3, 0.6]);
  const kinds = (only ?? FAULT_KINDS).filter(
    (kind) => kind !== 'disk-full-at-end' && (only !== undefined || dice.chance(share)),
  );
  const count = kinds.length === 0 ? 0 : dice.pick([1, 2, 3, 4, 6, 8, 12, 20]);
  return Array.from({ length: count }, () => ({
    kind: dice.pick(kinds),
    atStep: dice.integer(0, totalSteps - 1),
    afterMicros: dice.magnitude(1, 200_000),
    durationMicros: dice.magnitude(20_000, 30_000_000),
  }));
}
