import { clamp, divide } from './integers.ts';
import type { Speed, WorkerState } from './state.ts';

/** 0.1 s a row and 60 s a span: the slowest a worker is thought to be, so that products stay exact integers. */
const [maxRowNanos, maxOverheadMicros] = [100_000_000, 60_000_000];

/** A new measurement counts for one part in this many. */
const memory = 4;

/** One answered span. */
export interface Measurement {
  readonly rowCount: number;
  /** What the worker says. */
  readonly computeMicros: number;
  /** From lease to answer, by the coordinator's clock. */
  readonly elapsedMicros: number;
  /** Whether it is the worker's first answer of the step: a later span waited for the earlier ones. */
  readonly isFirst: boolean;
}

/** Speed after one more measurement: an exponentially weighted mean, except that the first counts in full. */
export function measured(speed: Speed | undefined, measurement: Measurement): Speed {
  const { rowCount, computeMicros, isFirst } = measurement;
  const elapsedMicros = Math.max(measurement.elapsedMicros, 0);
  const isCredible =
    Number.isSafeInteger(computeMicros) && computeMicros >= 0 && computeMicros <= elapsedMicros;
  const ownMicros = isCredible ? computeMicros : elapsedMicros;
  const rowNanos = clamp(divide(ownMicros * 1000, rowCount), 1, maxRowNanos);
  const overheadMicros = clamp(elapsedMicros - ownMicros, 0, maxOverheadMicros);
  if (speed === undefined) return { rowNanos, overheadMicros };
  return {
    rowNanos: Math.max(weighted(speed.rowNanos, rowNanos), 1),
    overheadMicros: isFirst ? weighted(speed.overheadMicros, overheadMicros) : speed.overheadMicros,
  };
}

const weighted = (old: number, sample: number): number => divide((memory - 1) * old + sample, memory);

/** Speed of a worker that has not answered `rowCount` rows for `elapsedMicros`: at best this slow, believed at once. */
export function slowed(speed: Speed | undefined, rowCount: number, elapsedMicros: number): Speed {
  const atBest = clamp(divide(Math.max(elapsedMicros, 0) * 1000, rowCount), 1, maxRowNanos);
  return {
    rowNanos: Math.max(speed?.rowNanos ?? 0, atBest),
    overheadMicros: speed?.overheadMicros ?? 0,
  };
}

/**
 * Speed of a worker that was dealt nothing in a step: what was measured fades towards what is typical, so that one bad
 * moment does not keep it standing by for ever.
 */
export const faded = (speed: Speed, typical: Speed): Speed => ({
  rowNanos: fade(speed.rowNanos, typical.rowNanos),
  overheadMicros: fade(speed.overheadMicros, typical.overheadMicros),
});

const fade = (value: number, typical: number): number =>
  value <= typical ? value : Math.max(typical, divide(value * 63, 64));

/** What to expect of a worker that was never measured: the median of those that were. */
export function typicalSpeed(workers: readonly WorkerState[], initial: Speed): Speed {
  const known = workers.flatMap((worker) => worker.speed ?? []);
  const middle = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[(values.length - 1) >> 1]!;
  if (known.length === 0) return initial;
  return {
    rowNanos: middle(known.map((speed) => speed.rowNanos)),
    overheadMicros: middle(known.map((speed) => speed.overheadMicros)),
  };
}
