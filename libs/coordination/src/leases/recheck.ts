import { candidatesOf, ifIdle } from '../dealing/forecast.ts';
import { announceLeases, leasesFor, sendWeights } from './grant.ts';
import { isUnanswered, leaseOf } from './round.ts';
import { warmUpSamples } from '../measuring/speed.ts';
import type { Recheck, SpanState, WorkerState } from '../state.ts';
import type { Turn } from '../turn.ts';

/** A worker that stands by spends at most one part in this many of its time on checks. */
const recheckShare = 4;

/**
 * Gives one worker that stands by a covered span of the step in flight, the smallest there is. Nothing waits for its answer: it
 * is compared with the contribution that counted, and it shows how fast the worker is now, so that one that has become fast
 * enough, or one that nobody knows yet, is dealt to.
 */
export function offerRecheck(turn: Turn): void {
  const worker = nextRechecker(turn);
  if (worker === undefined) return;
  const entry = smallestCovered(turn.state.round!.spans, worker);
  if (entry === undefined) return;
  const { span, coveredBy, digest } = entry;
  const { step } = turn.state;
  const dealt = [{ worker: worker.id, span }];
  const candidates = candidatesOf(turn, [worker], false);
  const leases = leasesFor(turn, dealt, candidates);
  sendWeights(turn, dealt, candidates);
  turn.emit({ type: 'send-lease', worker: worker.id, step, span, purpose: 'recheck' });
  announceLeases(turn, 'recheck', dealt, leases);
  const { leasedAt, expectedAt, downPermille } = leases[0]!;
  const times = { leasedAt, expectedAt, downPermille };
  const recheck: Recheck = {
    worker: worker.id,
    step,
    span,
    coveredBy: coveredBy!,
    digest: digest!,
    origin: 'recheck',
    ...times,
  };
  turn.update({ rechecks: [...turn.state.rechecks, recheck] });
}

/** Of the idle workers that stand by: one that was never measured, or else who waits for the longest time. */
function nextRechecker(turn: Turn): WorkerState | undefined {
  const { step, workers } = turn.state;
  let next: WorkerState | undefined;
  for (const worker of workers) {
    const isWaiting = worker.isActive && worker.dealt.step !== step;
    if (!isWaiting || worker.recheckAt > turn.now || ifIdle(turn, worker).length === 0) continue;
    if (worker.speed === undefined) return worker;
    if (next === undefined || worker.recheckAt < next.recheckAt) next = worker;
  }
  return next;
}

function smallestCovered(spans: readonly SpanState[], worker: WorkerState): SpanState | undefined {
  let smallest: SpanState | undefined;
  for (const entry of spans) {
    if (entry.status !== 'covered' || leaseOf(entry, worker.id) !== undefined) continue;
    if (smallest === undefined || entry.span.leafCount < smallest.span.leafCount) smallest = entry;
  }
  return smallest;
}

/** When a worker that took `elapsedMicros` for a check may be given the next: at once while it warms up. */
export function nextRecheckAt(turn: Turn, samples: number, elapsedMicros: number): number {
  if (samples < warmUpSamples) return turn.now;
  return turn.now + Math.max(turn.config.recheckMicros, (recheckShare - 1) * elapsedMicros);
}

/** Forgets what was not answered for as long as a lease may last: the line has lost it, or is too slow to be of use. */
export function dropOldRechecks(turn: Turn): void {
  const { rechecks } = turn.state;
  const oldest = turn.now - turn.config.leaseDeadline.maxMicros;
  if (!rechecks.some(({ leasedAt }) => leasedAt <= oldest)) return;
  turn.update({ rechecks: rechecks.filter(({ leasedAt }) => leasedAt > oldest) });
}

/** The step in flight is over: what is still computed of it has become evidence. */
export function keepLateLeases(turn: Turn): void {
  const { round, rechecks, step } = turn.state;
  const late = round!.spans.flatMap(({ span, status, coveredBy, digest, leases }) =>
    status !== 'covered'
      ? []
      : leases.filter(isUnanswered).map(({ worker, leasedAt, expectedAt, downPermille }): Recheck => {
          const first = { coveredBy: coveredBy!, digest: digest! };
          return { worker, step, span, ...first, origin: 'late', leasedAt, expectedAt, downPermille };
        }),
  );
  if (late.length > 0) turn.update({ rechecks: [...rechecks, ...late] });
}
