import type { WorkerId } from '../events/events.ts';
import { candidatesOf, ifIdle, neededMicros, waitMicros } from '../dealing/forecast.ts';
import { grant } from './grant.ts';
import { isUnanswered } from './round.ts';
import type { Lease, SpanState, WorkerState } from '../state.ts';
import type { Turn } from '../turn.ts';

/**
 * What somebody who was never measured is thought to need for any span, in microseconds; and so the wait that calls newcomers
 * into a step in flight. Spans take longer in runs that are dealt so: there it calls them sooner than it must.
 */
const newcomerMicros = 1_000_000;

/** Whether the step is predicted to go on for so long that newcomers should not wait for its end. */
export function callsNewcomers(turn: Turn): boolean {
  if (turn.state.workers.every((worker) => worker.isActive)) return false;
  return (longestWait(turn)?.micros ?? 0) > newcomerMicros;
}

/**
 * Leases the span that will be waited for longest to one of the idle `workers` too, if that one is predicted to answer sooner
 * than its only holder, and so on: near the end of a step a straggler is worth a second computation. Nobody is called late
 * for it.
 */
export function speculate(turn: Turn, workers: readonly WorkerState[]): void {
  let idle = workers;
  while (idle.length > 0) {
    const longest = longestWait(turn);
    const soonest = longest && soonestOf(turn, idle, longest.entry);
    if (longest === undefined || soonest === undefined) return;
    const micros = soonest.worker.speed === undefined ? newcomerMicros : soonest.micros;
    if (micros >= longest.micros) return;
    idle = idle.filter((worker) => worker !== soonest.worker);
    leaseAlso(turn, soonest.worker, longest.entry, 'speculative');
  }
}

/** A worker has answered. If that was its last span and no more than a quarter of all is still open, it may have another. */
export function speculateNearEnd(turn: Turn, worker: WorkerId): void {
  const { spans, isCommitting } = turn.state.round!;
  let open = 0;
  for (const { status } of spans) if (status === 'open') open++;
  if (isCommitting || open === 0 || open > 1 + spans.length / 4) return;
  speculate(turn, ifIdle(turn, turn.worker(worker)));
}

/** Who is predicted to answer `span` first, in microseconds; those never measured last, in the order they came. */
export function soonestOf(
  turn: Turn,
  workers: readonly WorkerState[],
  { span }: SpanState,
): { readonly worker: WorkerState; readonly micros: number } | undefined {
  let soonest: { readonly worker: WorkerState; readonly micros: number } | undefined;
  for (const worker of workers) {
    const micros = worker.speed === undefined ? Number.MAX_SAFE_INTEGER : neededMicros(turn, worker, span);
    if (soonest === undefined || micros < soonest.micros) soonest = { worker, micros };
  }
  return soonest;
}

/** Leases a span that others hold to one more worker. */
export function leaseAlso(
  turn: Turn,
  worker: WorkerState,
  { span }: SpanState,
  purpose: 'overdue' | 'speculative',
): void {
  grant(turn, [{ worker: worker.id, span }], candidatesOf(turn, [worker], false), purpose);
}

/** Of the wanted spans with one holder, whose speed is known, the one that will be waited for longest. */
function longestWait(turn: Turn): { readonly entry: SpanState; readonly micros: number } | undefined {
  let longest: SpanState | undefined;
  let mostMicros = 0;
  for (const entry of turn.state.round!.spans) {
    const holder = onlyHolder(entry);
    if (holder === undefined || holder.isGuess) continue;
    const micros = waitMicros(holder.expectedAt, turn.now);
    if (micros > mostMicros) [longest, mostMicros] = [entry, micros];
  }
  return longest && { entry: longest, micros: mostMicros };
}

function onlyHolder({ status, recomputingFor, leases }: SpanState): Lease | undefined {
  if (status !== 'open' || recomputingFor.length > 0) return undefined;
  const first = leases.findIndex(isUnanswered);
  return leases.findLastIndex(isUnanswered) === first ? leases[first] : undefined;
}
