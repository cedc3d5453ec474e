import { clamp, divide } from '../integers.ts';
import type { Speed, WorkerState } from '../state.ts';

/** 0.1 s a row and 60 s on the line: the slowest a worker is thought to be, so that products stay exact integers. */
const [maxRowNanos, maxLineMicros] = [100_000_000, 60_000_000];

/** A new measurement counts for one part in this many, or in fewer when it says something quite different. */
const [memory, shortMemory] = [4, 2];

/** So many answers are needed before `rowNanos` is more than a guess: the first ones also compile and fill caches. */
export const warmUpSamples = 3;

/** One answered span. */
export interface Measurement {
  readonly rowCount: number;
  /** What the worker says. */
  readonly computeMicros: number;
  /** From lease to answer, or from the worker's answer before to this one if that came later, by the coordinator's clock. */
  readonly elapsedMicros: number;
  /** Whether the lease waited for the worker's answer before: then only its gradient's way back is in the time. */
  readonly hasWaited: boolean;
  /** Bytes that went to the worker for it, in thousandths of those of the weights. */
  readonly downPermille: number;
}

/**
 * Speed after one more measurement. The time of a row is an exponentially weighted mean; the first counts in full, and while
 * the worker warms up a faster one does too, on the line as in computing. The rest of the time is shared out between latency, way there and way back by
 * normalised least mean squares (Widrow and Hoff, 1960): each takes of the prediction's error in proportion to its part in
 * the measurement. So what always comes together is known by its sum, and what comes apart (a span without the weights) by
 * itself. An answer that followed another shows the way back alone.
 */
export function measured(speed: Speed | undefined, measurement: Measurement): Speed {
  const { rowCount, computeMicros, hasWaited, downPermille } = measurement;
  const elapsedMicros = Math.max(measurement.elapsedMicros, 0);
  const isCredible =
    Number.isSafeInteger(computeMicros) && computeMicros >= 0 && computeMicros <= elapsedMicros;
  const ownMicros = isCredible ? computeMicros : elapsedMicros;
  const rowNanos = clamp(divide(ownMicros * 1000, rowCount), 1, maxRowNanos);
  const lineMicros = clamp(elapsedMicros - ownMicros, 0, maxLineMicros);
  const line = hasWaited
    ? mixedWayBack(speed, elapsedMicros, ownMicros)
    : mixedLine(speed, downPermille, lineMicros);
  return {
    rowNanos: mixedRowNanos(speed, rowNanos),
    ...line,
    samples: Math.min((speed?.samples ?? 0) + 1, warmUpSamples),
  };
}

function mixedRowNanos(speed: Speed | undefined, sample: number): number {
  if (speed === undefined || speed.samples === 0) return sample;
  const { rowNanos, samples } = speed;
  if (samples < warmUpSamples && sample < rowNanos) return sample;
  const isOther = sample > 2 * rowNanos || rowNanos > 2 * sample;
  const parts = isOther ? shortMemory : memory;
  return Math.max(divide((parts - 1) * rowNanos + sample, parts), 1);
}

type Line = Pick<Speed, 'latencyMicros' | 'downMicros' | 'upMicros'>;

const unknown: Speed = { rowNanos: 0, latencyMicros: 0, downMicros: 0, upMicros: 0, samples: 0 };

/** Rows of many weights' bytes say nothing more about the line; the bound keeps products below 2^53. */
const maxDownPermille = 20_000;

function mixedLine(speed: Speed | undefined, downPermille: number, micros: number): Line {
  const { latencyMicros, downMicros, upMicros, samples } = speed ?? unknown;
  const down = Math.min(downPermille, maxDownPermille);
  const predicted = divide(1000 * (latencyMicros + upMicros) + down * downMicros, 1000);
  const isBelieved = speed === undefined || (samples < warmUpSamples && micros < predicted);
  const weight = (isBelieved ? 1 : memory) * (2 * 1000 * 1000 + down * down);
  const moved = (old: number, part: number): number =>
    clamp(old + Math.trunc(((micros - predicted) * part * 1000) / weight), 0, maxLineMicros);
  return {
    latencyMicros: moved(latencyMicros, 1000),
    downMicros: moved(downMicros, down),
    upMicros: moved(upMicros, 1000),
  };
}

/**
 * A gradient was on its way back while the span of this answer was computed. Where the computing took longer, all that is seen
 * is that the way back takes no longer than both together; otherwise it took all the time since the answer before.
 */
function mixedWayBack(speed: Line = unknown, elapsedMicros: number, computeMicros: number): Line {
  const { latencyMicros, downMicros, upMicros } = speed;
  const isHidden = elapsedMicros <= 2 * computeMicros;
  const sample = clamp(elapsedMicros, 0, maxLineMicros);
  const mixed = divide((memory - 1) * upMicros + sample, memory);
  return { latencyMicros, downMicros, upMicros: isHidden ? Math.min(upMicros, sample) : mixed };
}

/**
 * Speed of a worker that has not answered `rowCount` rows for `elapsedMicros`: at best this slow, believed at once, and a
 * guess that its next answer replaces.
 */
export function slowed(speed: Speed | undefined, rowCount: number, elapsedMicros: number): Speed {
  const atBest = clamp(divide(Math.max(elapsedMicros, 0) * 1000, rowCount), 1, maxRowNanos);
  const before = speed ?? unknown;
  return { ...before, rowNanos: Math.max(before.rowNanos, atBest), samples: 0 };
}

/**
 * What to expect of a worker that was never measured: the median of those that were. A straggler's speed is a guess at how slow it is,
 * and says nothing about others.
 */
export function typicalSpeed(workers: readonly WorkerState[], initial: Omit<Speed, 'samples'>): Speed {
  const known = workers.flatMap(({ speed }) => (speed !== undefined && speed.samples > 0 ? speed : []));
  if (known.length === 0) return { ...initial, samples: 0 };
  const middle = (of: (speed: Speed) => number): number =>
    known.map(of).toSorted((a, b) => a - b)[(known.length - 1) >> 1]!;
  return {
    rowNanos: middle((speed) => speed.rowNanos),
    latencyMicros: middle((speed) => speed.latencyMicros),
    downMicros: middle((speed) => speed.downMicros),
    upMicros: middle((speed) => speed.upMicros),
    samples: 0,
  };
}
