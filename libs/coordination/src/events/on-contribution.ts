import { rowCountOfSpan } from '../config.ts';
import type { InvalidReason, Verdict } from './effects.ts';
import { CoordinationError } from '../errors.ts';
import type { EventOf, WorkerId } from './events.ts';
import { finish } from './finish.ts';
import { carryOn } from '../leases/leasing.ts';
import { learn } from '../measuring/learn.ts';
import { strike } from './on-worker.ts';
import { offerRecheck } from '../leases/recheck.ts';
import { indexOfSpan, isComplete, leaseOf, withStatus } from '../leases/round.ts';
import { speculateNearEnd } from '../leases/speculation.ts';
import type { Lease, Recheck, SpanState } from '../state.ts';
import type { Turn } from '../turn.ts';

type Received = EventOf<'contribution-received'>;

/** Gives every contribution its verdict; the first valid one of a leased span counts. */
export function onContribution(turn: Turn, event: Received): void {
  const recheck = recheckOf(turn, event);
  if (recheck !== undefined) return onRechecked(turn, event, recheck);
  if (isPast(turn, event)) return refuse(turn, event, 'stale');
  const { round, step } = turn.state;
  const index = round === undefined || event.step !== step ? -1 : indexOfSpan(round, event.span);
  const entry = round?.spans[index];
  const lease = entry === undefined ? undefined : leaseOf(entry, event.worker);
  if (entry === undefined || lease === undefined) return refuseUnleased(turn, event);
  if (lease.status === 'revoked') return refuse(turn, event, 'stale');
  if (lease.status === 'answered') return onRepeated(turn, event, index);

  const reason = faultOf(turn, event);
  if (reason !== undefined && reason !== 'non-finite') return onUnusable(turn, event, index, reason);
  turn.updateSpan(index, { leases: withStatus(entry.leases, event.worker, 'answered') });
  if (reason === 'non-finite') return onNonFinite(turn, event, index);
  if (entry.status === 'covered') return onSecond(turn, event, entry, lease);
  accept(turn, event, index, lease);
}

/** Of an earlier step, another term, a run that is over or a worker that is gone: nobody's fault. */
const isPast = (turn: Turn, event: Received): boolean =>
  turn.state.phase === 'finished' ||
  event.term !== turn.config.term ||
  event.step < turn.state.step ||
  turn.worker(event.worker) === undefined;

/** What is wrong with the contribution itself; the right row count follows from its span. */
function faultOf(turn: Turn, event: Received): InvalidReason | undefined {
  if (event.check !== 'ok') return event.check;
  return event.rowCount === rowCountOfSpan(turn.config, event.step, event.span) ? undefined : 'row-count';
}

function accept(turn: Turn, event: Received, index: number, lease: Lease): void {
  const { worker, step, span, digest } = event;
  turn.updateSpan(index, { status: 'covered', coveredBy: worker, digest });
  learn(turn, event, lease);
  turn.emit({ type: 'keep-contribution', worker, step, span });
  turn.emit({ type: 'verdict', worker, step, span, verdict: 'accepted' });
  speculateNearEnd(turn, worker);
  offerRecheck(turn);
  commitIfComplete(turn);
}

/** From whoever has answered already: the same once more, or what shows that it computes wrongly at times. */
function onRepeated(turn: Turn, event: Received, index: number): void {
  const entry = turn.state.round!.spans[index]!;
  const { status, coveredBy } = entry;
  if (status === 'covered' && event.check === 'non-finite') return onNonFinite(turn, event, index);
  if (status !== 'covered' || event.check !== 'ok' || isEqualToFirst(event, entry)) {
    return refuse(turn, event, 'duplicate');
  }
  refuse(turn, event, 'mismatch');
  compare(turn, event, coveredBy!, false);
}

/** A legitimate second result of a covered span: evidence, compared bit for bit. */
function onSecond(turn: Turn, event: Received, entry: SpanState, lease: Lease): void {
  const isEqual = isEqualToFirst(event, entry);
  refuse(turn, event, isEqual ? 'duplicate' : 'mismatch');
  learn(turn, event, lease);
  compare(turn, event, entry.coveredBy!, isEqual);
  speculateNearEnd(turn, event.worker);
}

/** By the bits where the first are still there; a step that is done and held back, by a pause or an evaluation, has only their digest. */
const isEqualToFirst = ({ matchesFirst, digest }: Received, first: SpanState): boolean =>
  matchesFirst ?? digest === first.digest;

/** Which of the two is wrong, nobody knows here: that costs neither a strike, and the run is told of it. */
function compare(turn: Turn, event: Received, first: WorkerId, isEqual: boolean): void {
  const { worker: second, step, span } = event;
  const kind = isEqual ? 'contribution-match' : 'contribution-mismatch';
  turn.announce({ kind, step, span, first, second });
}

const recheckOf = (turn: Turn, { worker, term, step, span }: Received): Recheck | undefined =>
  term === turn.config.term
    ? turn.state.rechecks.find(
        (recheck) =>
          recheck.worker === worker &&
          recheck.step === step &&
          recheck.span.firstLeaf === span.firstLeaf &&
          recheck.span.leafCount === span.leafCount,
      )
    : undefined;

/** The span was covered by another when it was given, or is since its step is over: evidence, and a measurement. */
function onRechecked(turn: Turn, event: Received, recheck: Recheck): void {
  const { rechecks } = turn.state;
  turn.update({ rechecks: rechecks.filter((other) => other !== recheck) });
  const reason = faultOf(turn, event);
  if (reason !== undefined) return blame(turn, event, reason);
  const isEqual = event.digest === recheck.digest;
  const verdict = recheck.origin === 'late' ? 'stale' : 'duplicate';
  refuse(turn, event, isEqual ? verdict : 'mismatch');
  learn(turn, event, recheck);
  compare(turn, event, recheck.coveredBy, isEqual);
}

/** It cannot be used, and nobody else has to be asked. */
function blame(turn: Turn, event: Received, reason: InvalidReason): void {
  refuse(turn, event, 'invalid', reason);
  strike(turn, event.worker, reason);
  carryOn(turn);
}

/**
 * Whose fault a number that is not finite is, only the shell's own sum of the span can tell, also where another's finite one came
 * first. Of a step that is over or about to be, the weights are gone: what all others were told counts as the truth.
 */
function onNonFinite(turn: Turn, event: Received, index: number): void {
  if (turn.state.round!.isCommitting) return blame(turn, event, 'non-finite');
  const { worker, step, span } = event;
  const { recomputingFor } = turn.state.round!.spans[index]!;
  turn.updateSpan(index, { recomputingFor: [...recomputingFor, worker] });
  turn.emit({ type: 'drop-contribution', worker, step, span });
  if (recomputingFor.length === 0) turn.emit({ type: 'recompute-span', worker, step, span });
}

/** The shell's own sum is the truth: finite, and the workers were wrong; not finite, and the run diverges here. */
export function onSpanRecomputed(turn: Turn, event: EventOf<'span-recomputed'>): void {
  const { step, span } = event;
  if (turn.state.phase === 'finished') return;
  const round = turn.state.round;
  const index = round === undefined || step !== turn.state.step ? -1 : indexOfSpan(round, span);
  const entry = round?.spans[index];
  if (entry === undefined || entry.recomputingFor.length === 0) {
    throw new CoordinationError('unexpected-event', `nobody asked to recompute a span of step ${step}`);
  }
  if (!event.isFinite) return finish(turn, 'diverged');
  const atFault = entry.recomputingFor;
  turn.updateSpan(index, { recomputingFor: [] });
  for (const worker of atFault) {
    turn.emit({ type: 'verdict', worker, step, span, verdict: 'invalid', reason: 'non-finite' });
    strike(turn, worker, 'non-finite');
  }
  commitIfComplete(turn);
  carryOn(turn, atFault[0]);
}

/** Cannot be used, whatever the reason: a strike, and somebody else is asked. */
function onUnusable(turn: Turn, event: Received, index: number, reason: InvalidReason): void {
  const { worker } = event;
  const { leases } = turn.state.round!.spans[index]!;
  turn.updateSpan(index, { leases: withStatus(leases, worker, 'revoked') });
  refuse(turn, event, 'invalid', reason);
  strike(turn, worker, reason);
  carryOn(turn, worker);
}

function refuseUnleased(turn: Turn, event: Received): void {
  refuse(turn, event, 'not-leased');
  strike(turn, event.worker, 'not-leased');
  carryOn(turn);
}

function refuse(turn: Turn, event: Received, verdict: Verdict, reason?: InvalidReason): void {
  const { worker, step, span } = event;
  turn.emit({ type: 'drop-contribution', worker, step, span });
  const why = reason === undefined ? {} : { reason };
  turn.emit({ type: 'verdict', worker, step, span, verdict, ...why });
}

function commitIfComplete(turn: Turn): void {
  const { round, step } = turn.state;
  if (round === undefined || round.isCommitting || !isComplete(round)) return;
  turn.updateRound({ isCommitting: true });
  turn.emit({ type: 'commit-step', step });
}
