import type { Span } from '@lockstep/data';
import type { WorkerId } from '../events/events.ts';
import type { Lease, Round, SpanState } from '../state.ts';

/** Where `span` is among the round's spans; -1 when it is none of them. */
export const indexOfSpan = (round: Round, span: Span): number =>
  round.spans.findIndex(
    (entry) => entry.span.firstLeaf === span.firstLeaf && entry.span.leafCount === span.leafCount,
  );

/** A wanted span that nobody holds. */
export const openSpan = (span: Span): SpanState => ({
  span,
  status: 'open',
  coveredBy: undefined,
  digest: undefined,
  leases: [],
  recomputingFor: [],
});

/** An answer to it may still come. */
export const isUnanswered = (lease: Lease): boolean => lease.status === 'held' || lease.status === 'overdue';

/** Wanted, and nobody is working on it. */
export const isUnheld = (entry: SpanState): boolean =>
  entry.status === 'open' && entry.recomputingFor.length === 0 && !entry.leases.some(isUnanswered);

/** Wanted, and everybody who works on it is past the deadline. */
export const isOverdue = (entry: SpanState): boolean =>
  entry.status === 'open' &&
  entry.recomputingFor.length === 0 &&
  entry.leases.some(isUnanswered) &&
  !entry.leases.some((lease) => lease.status === 'held');

/** Every leaf is covered, and no doubt is open. */
export const isComplete = (round: Round): boolean =>
  round.spans.every((entry) => entry.status !== 'open' && entry.recomputingFor.length === 0);

/** The worker's newest lease of this span. */
export const leaseOf = (entry: SpanState, worker: WorkerId): Lease | undefined =>
  entry.leases.findLast((lease) => lease.worker === worker);

/** The leases with the worker's unanswered ones given another status. */
export const withStatus = (
  leases: readonly Lease[],
  worker: WorkerId,
  status: Lease['status'],
): readonly Lease[] =>
  leases.map((lease) => (lease.worker === worker && isUnanswered(lease) ? { ...lease, status } : lease));
