import { leafCountOf, rowCountOfStep, rowsOfSpan } from '@lockstep/data';
import type { Span } from '@lockstep/data';
import { CoordinationError } from './errors.ts';
import type { Speed } from './state.ts';

/** What the decisions of one start of a coordinator follow from. Integers only; times in microseconds or nanoseconds. */
export interface CoordinationConfig {
  /** This start of the coordinator; contributions of another term are stale. */
  readonly term: number;
  /** The first step to compute: 0, or the committed steps of the checkpoint the run resumes from. */
  readonly firstStep: number;
  /** Committed steps after which the run is completed. */
  readonly totalSteps: number;
  /** Workers the run waits for before its first step. Later it goes on with whoever is left. */
  readonly minWorkers: number;
  /** Workers that take part at a time; further ones wait in the lobby and take over when somebody leaves. */
  readonly maxWorkers: number;
  /** Rows of an epoch. */
  readonly trainRows: number;
  /** Rows of a step; the last step of an epoch has what remains. */
  readonly batchSize: number;
  /** Rows of a leaf. */
  readonly leafRows: number;
  /** Bytes of the weights; a gradient has as many. */
  readonly weightsBytes: number;
  /** Bytes of a row on its way to a worker. */
  readonly rowBytes: number;
  /** Committed steps between two checkpoints; 0 = none but the one at the end. */
  readonly checkpointEvery: number;
  /** Spans a worker is dealt at the start of a step, so that uploads stay few. */
  readonly maxSpansPerWorker: number;
  /** Strikes after which a worker is closed. */
  readonly strikeLimit: number;
  /** What a worker is believed to need while nothing at all has been measured. */
  readonly initialSpeed: Omit<Speed, 'samples'>;
  /** How long a lease lasts. */
  readonly leaseDeadline: LeaseDeadline;
  /** The shell ticks so often; a tick that comes much later shows that the coordinator itself was stopped. */
  readonly tickMicros: number;
  /** A worker that gives no sign of life for so long is dropped. */
  readonly silenceMicros: number;
  /** Least time between two spans that a worker standing by checks. */
  readonly recheckMicros: number;
}

/**
 * A lease lasts its predicted time times the patience: median + `deviations` * (median absolute deviation) of how much longer
 * than predicted recent answers took, in thousandths, from `leastPermille` to `mostPermille`.
 */
interface LeaseDeadline {
  readonly deviations: number;
  readonly leastPermille: number;
  readonly mostPermille: number;
  /** The patience before enough answers have come. */
  readonly initialPermille: number;
  /** Bounds of what comes out. */
  readonly minMicros: number;
  readonly maxMicros: number;
  /** The lower bound for a worker that was never measured: its prediction is a guess. */
  readonly minUnmeasuredMicros: number;
}

/** The part of a configuration that no run has a reason to change; the ADR on dealing gives the reasons for the numbers. */
export const coordinationDefaults = {
  maxSpansPerWorker: 3,
  strikeLimit: 3,
  initialSpeed: { rowNanos: 20_000, latencyMicros: 0, downMicros: 0, upMicros: 0 },
  leaseDeadline: {
    deviations: 8,
    leastPermille: 1500,
    mostPermille: 10_000,
    initialPermille: 4000,
    minMicros: 100_000,
    maxMicros: 30_000_000,
    minUnmeasuredMicros: 2_500_000,
  },
  tickMicros: 50_000,
  silenceMicros: 2_500_000,
  recheckMicros: 250_000,
} as const satisfies Partial<CoordinationConfig>;

/** Leaves of the mini-batch of `step`. */
export const leafCountOfStep = (config: CoordinationConfig, step: number): number =>
  leafCountOf(rowCountOfStep(config, step), config.leafRows);

/** Rows of `span` in `step`. */
export function rowCountOfSpan(config: CoordinationConfig, step: number, span: Span): number {
  const { start, end } = rowsOfSpan(span, rowCountOfStep(config, step), config.leafRows);
  return end - start;
}

/** @throws {CoordinationError} `bad-config` naming the number that is out of range */
export function checkConfig(config: CoordinationConfig): void {
  const { initialSpeed, leaseDeadline } = config;
  atLeast('term', config.term, 0);
  atLeast('firstStep', config.firstStep, 0);
  atLeast('totalSteps', config.totalSteps, config.firstStep);
  atLeast('minWorkers', config.minWorkers, 1);
  atLeast('maxWorkers', config.maxWorkers, config.minWorkers);
  atLeast('trainRows', config.trainRows, 1);
  atLeast('batchSize', config.batchSize, 1);
  atLeast('leafRows', config.leafRows, 1);
  atLeast('weightsBytes', config.weightsBytes, 1);
  atLeast('rowBytes', config.rowBytes, 1);
  atLeast('checkpointEvery', config.checkpointEvery, 0);
  atLeast('maxSpansPerWorker', config.maxSpansPerWorker, 1);
  atLeast('strikeLimit', config.strikeLimit, 1);
  atLeast('initialSpeed.rowNanos', initialSpeed.rowNanos, 1);
  atLeast('initialSpeed.latencyMicros', initialSpeed.latencyMicros, 0);
  atLeast('initialSpeed.downMicros', initialSpeed.downMicros, 0);
  atLeast('initialSpeed.upMicros', initialSpeed.upMicros, 0);
  atLeast('leaseDeadline.deviations', leaseDeadline.deviations, 0);
  atLeast('leaseDeadline.leastPermille', leaseDeadline.leastPermille, 1000);
  atLeast('leaseDeadline.mostPermille', leaseDeadline.mostPermille, leaseDeadline.leastPermille);
  atLeast('leaseDeadline.initialPermille', leaseDeadline.initialPermille, 1000);
  atLeast('leaseDeadline.minMicros', leaseDeadline.minMicros, 1);
  atLeast('leaseDeadline.maxMicros', leaseDeadline.maxMicros, leaseDeadline.minMicros);
  atLeast('leaseDeadline.minUnmeasuredMicros', leaseDeadline.minUnmeasuredMicros, leaseDeadline.minMicros);
  atLeast('tickMicros', config.tickMicros, 1);
  atLeast('silenceMicros', config.silenceMicros, config.tickMicros);
  atLeast('recheckMicros', config.recheckMicros, 0);
}

function atLeast(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new CoordinationError('bad-config', `${name} is ${value}; use an integer of at least ${least}`);
}
