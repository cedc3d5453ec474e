import type { Span } from '@lockstep/data';
import { rowCountOfSpan } from '../config.ts';
import type { CoordinationConfig } from '../config.ts';
import type { Dealee } from './deal.ts';
import type { WorkerId } from '../events/events.ts';
import { divide } from '../integers.ts';
import { isUnanswered } from '../leases/round.ts';
import { typicalSpeed } from '../measuring/speed.ts';
import type { Lease, RunState, Speed, WorkerState } from '../state.ts';
import type { Turn } from '../turn.ts';

/**
 * Of the time on the line, only what goes beyond the least of all by more than a quarter and this counts when spans are dealt:
 * what all have in common decides nothing, and below a millisecond one measures the scheduling of processes.
 */
const lineNoiseNanos = 1_000_000;

/** 5 s: the longest a leaf is thought to take, so that products stay exact integers. */
const maxLeafNanos = 5_000_000_000;

/** A worker with what it is predicted to need: busyNanos, then lineNanos besides the computing of each leaf. */
export interface Candidate extends Dealee {
  /** Until it is done with what it has. */
  readonly busyNanos: number;
  /** Latency, the weights if it has none of this step, one gradient back. */
  readonly lineNanos: number;
  /** Bytes to the worker, in thousandths of those of the weights: the weights themselves, and the rows of a leaf. */
  readonly weightsPermille: number;
  readonly leafPermille: number;
  /** Otherwise its times are guesses. */
  readonly isMeasured: boolean;
}

/** Bytes of `rowCount` rows in thousandths of those of the weights. */
const permilleOfRows = (config: CoordinationConfig, rowCount: number): number =>
  divide(rowCount * config.rowBytes * 1000, config.weightsBytes);

const lineNanosOf = ({ latencyMicros, downMicros, upMicros }: Speed, downPermille: number): number =>
  1000 * (latencyMicros + upMicros) + downPermille * downMicros;

/**
 * What each of `workers` is predicted to need in the step in flight.
 * @param hasRows whether their rows have travelled ahead, as they have for most at the start of a step
 */
export function candidatesOf(
  turn: Turn,
  workers: readonly WorkerState[],
  hasRows: boolean,
): readonly Candidate[] {
  const { config, state, now } = turn;
  const busy = busyWorkers(state, now);
  const typical = workers.every(({ speed }) => speed !== undefined)
    ? undefined
    : typicalSpeed(state.workers, config.initialSpeed);
  const leafPermille = hasRows ? 0 : permilleOfRows(config, config.leafRows);
  const candidates = workers.map(({ id, speed: own, weightsStep }) => {
    const speed = own ?? typical!;
    const { micros, spans } = busy.get(id) ?? { micros: 0, spans: 0 };
    const weightsPermille = weightsStep === state.step ? 0 : 1000;
    const busyNanos = micros * 1000;
    return {
      worker: id,
      leafNanos: Math.min(config.leafRows * speed.rowNanos + leafPermille * speed.downMicros, maxLeafNanos),
      startNanos: busyNanos,
      spanNanos: 1000 * speed.upMicros,
      slots: Math.max(config.maxSpansPerWorker - spans, 0),
      busyNanos,
      lineNanos: lineNanosOf(speed, weightsPermille),
      weightsPermille,
      leafPermille,
      isMeasured: own !== undefined,
    };
  });
  const least = Math.min(...candidates.map(({ lineNanos }) => lineNanos));
  const free = least + divide(least, 4) + lineNoiseNanos;
  return candidates.map((candidate) => ({
    ...candidate,
    startNanos: candidate.busyNanos + Math.max(candidate.lineNanos - free, 0),
  }));
}

/** Microseconds until an idle worker, measured before, is predicted to answer `span` of the step in flight. */
export function neededMicros(
  { config, state }: Turn,
  { speed, weightsStep }: WorkerState,
  span: Span,
): number {
  const rows = rowCountOfSpan(config, state.step, span);
  const downPermille = permilleOfRows(config, rows) + (weightsStep === state.step ? 0 : 1000);
  return divide(lineNanosOf(speed!, downPermille) + rows * speed!.rowNanos, 1000);
}

/**
 * How long one will wait for an answer that was predicted for `expectedAt`: until then; once that is past, as long again as it
 * is late. (Of what has no typical duration, half is still to come: Gott, 1993.)
 */
export const waitMicros = (expectedAt: number, now: number): number => Math.abs(expectedAt - now);

interface Busy {
  /** Until the last of its answers. */
  readonly micros: number;
  /** That it has not answered. */
  readonly spans: number;
}

/** Who has something to answer. */
function busyWorkers({ round, rechecks }: RunState, now: number): ReadonlyMap<WorkerId, Busy> {
  const busy = new Map<WorkerId, Busy>();
  const add = (worker: WorkerId, expectedAt: number, spans: number): void => {
    const before = busy.get(worker);
    const micros = Math.max(before?.micros ?? 0, waitMicros(expectedAt, now));
    busy.set(worker, { micros, spans: (before?.spans ?? 0) + spans });
  };
  for (const entry of round?.spans ?? []) {
    for (const lease of entry.leases) if (isUnanswered(lease)) add(lease.worker, lease.expectedAt, 1);
  }
  for (const { worker, expectedAt } of rechecks) add(worker, expectedAt, 0);
  return busy;
}

/** Active workers that have answered everything they were asked. */
export function idleWorkers(turn: Turn): readonly WorkerState[] {
  const busy = busyWorkers(turn.state, turn.now);
  return turn.activeWorkers().filter(({ id }) => !busy.has(id));
}

/** Whether `worker` was asked for something that it has not answered: a part of the step in flight, or a check of an earlier one. */
export function hasWork({ round, rechecks }: RunState, worker: WorkerId): boolean {
  if (rechecks.some((recheck) => recheck.worker === worker)) return true;
  const isAsked = (lease: Lease): boolean => lease.worker === worker && isUnanswered(lease);
  return round?.spans.some(({ leases }) => leases.some(isAsked)) ?? false;
}

/** The same for one: itself, or nobody. Who has lost its place still answers what it held, and is given no more. */
export const ifIdle = ({ state }: Turn, worker: WorkerState | undefined): readonly WorkerState[] =>
  worker?.isActive !== true || hasWork(state, worker.id) ? [] : [worker];
