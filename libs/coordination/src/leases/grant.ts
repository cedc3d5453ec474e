import type { Dealt } from '../dealing/deal.ts';
import type { LeasePurpose } from '../events/effects.ts';
import type { WorkerId } from '../events/events.ts';
import type { Candidate } from '../dealing/forecast.ts';
import { clamp, divide } from '../integers.ts';
import { openSpan } from './round.ts';
import type { Lease, SpanState } from '../state.ts';
import type { Turn } from '../turn.ts';

/**
 * Writes the leases down, each with the deadline that follows from its predicted end, and sends them, weights first. The smaller
 * spans of a worker come first: their gradients are on their way back while it computes the larger.
 */
export function grant(
  turn: Turn,
  sorted: readonly Dealt[],
  candidates: readonly Candidate[],
  purpose: LeasePurpose,
): void {
  const { step } = turn.state;
  const dealt = sorted.toSorted((a, b) => a.span.leafCount - b.span.leafCount);
  const leases = leasesFor(turn, dealt, candidates);
  sendWeights(turn, dealt, candidates);
  for (const { worker, span } of dealt) turn.emit({ type: 'send-lease', worker, step, span, purpose });
  announceLeases(turn, purpose, dealt, leases);
  if (purpose === 'dealt' || purpose === 'again') {
    const workers = new Set(dealt.map(({ worker }) => worker));
    turn.updateWorkers(workers, { dealt: { step, at: turn.now }, standby: undefined });
  }
  const leaseOfSpan = new Map(dealt.map(({ span }, index) => [span.firstLeaf, leases[index]!]));
  turn.updateRound({
    spans: replaceSplit(turn.state.round!.spans, sorted).map((entry) => {
      const lease = entry.status === 'open' ? leaseOfSpan.get(entry.span.firstLeaf) : undefined;
      return lease === undefined ? entry : { ...entry, leases: [...entry.leases, lease] };
    }),
  });
}

/** The lease of each of `dealt`, in order: a worker computes a span while the gradient before is on its way back. */
export function leasesFor(
  turn: Turn,
  dealt: readonly Dealt[],
  candidates: readonly Candidate[],
): readonly Lease[] {
  const candidateOf = new Map(candidates.map((candidate) => [candidate.worker, candidate]));
  const ends = new Map<WorkerId, { readonly computed: number; readonly answered: number }>();
  return dealt.map(({ worker, span }) => {
    const candidate = candidateOf.get(worker)!;
    const { busyNanos, lineNanos, spanNanos, leafNanos, weightsPermille, leafPermille } = candidate;
    const before = ends.get(worker);
    const start = before?.computed ?? busyNanos + lineNanos - spanNanos;
    const computed = start + span.leafCount * leafNanos;
    const answered = Math.max(computed, before?.answered ?? 0) + spanNanos;
    ends.set(worker, { computed, answered });
    const downPermille = (before === undefined ? weightsPermille : 0) + span.leafCount * leafPermille;
    const isGuess = !candidate.isMeasured;
    const times = timesOf(turn, isGuess, divide(answered, 1000));
    return { worker, isGuess, ...times, downPermille, status: 'held' };
  });
}

/** How often its first time may go by before progress no longer moves a deadline. */
const mostExtension = 3;

function timesOf(
  turn: Turn,
  isGuess: boolean,
  predictedMicros: number,
): Pick<Lease, 'leasedAt' | 'expectedAt' | 'deadline' | 'latest'> {
  const { minMicros, minUnmeasuredMicros, maxMicros } = turn.config.leaseDeadline;
  const least = Math.min(isGuess ? minUnmeasuredMicros : minMicros, maxMicros);
  const patience = divide(predictedMicros * turn.state.round!.patiencePermille, 1000);
  const micros = clamp(patience, least, maxMicros);
  return {
    leasedAt: turn.now,
    expectedAt: turn.now + predictedMicros,
    deadline: turn.now + micros,
    latest: turn.now + Math.min(mostExtension * micros, maxMicros),
  };
}

/**
 * Sends the weights of the step in flight to those among `dealt` who lack them. Who takes newer weights answers nothing about
 * earlier ones any more.
 */
export function sendWeights(turn: Turn, dealt: readonly Dealt[], candidates: readonly Candidate[]): void {
  const { step, rechecks } = turn.state;
  const lacking = new Set(candidates.flatMap((one) => (one.weightsPermille > 0 ? one.worker : [])));
  const workers = new Set(dealt.flatMap(({ worker }) => (lacking.has(worker) ? worker : [])));
  if (workers.size === 0) return;
  turn.updateWorkers(workers, { weightsStep: step });
  turn.emit({ type: 'send-weights', workers: [...workers], step });
  if (rechecks.length === 0) return;
  turn.update({ rechecks: rechecks.filter(({ worker }) => !workers.has(worker)) });
}

export function announceLeases(
  turn: Turn,
  purpose: LeasePurpose,
  dealt: readonly Dealt[],
  leases: readonly Pick<Lease, 'expectedAt' | 'deadline'>[],
): void {
  turn.announce({
    kind: 'spans-leased',
    step: turn.state.step,
    purpose,
    leases: dealt.map(({ worker, span: { firstLeaf, leafCount } }, index) => ({
      worker,
      firstLeaf,
      leafCount,
      expectedMicros: leases[index]!.expectedAt - turn.now,
      deadlineMicros: leases[index]!.deadline - turn.now,
    })),
  });
}

/**
 * The spans with those that were dealt in parts marked `split` and their parts added. A span that was never leased leaves
 * no trace: nobody can answer it.
 */
function replaceSplit(spans: readonly SpanState[], dealt: readonly Dealt[]): readonly SpanState[] {
  const openFirst = new Map(
    spans.filter((entry) => entry.status === 'open').map((entry) => [entry.span.firstLeaf, entry.span]),
  );
  const parts = dealt.filter(({ span }) => openFirst.get(span.firstLeaf)?.leafCount !== span.leafCount);
  if (parts.length === 0) return spans;
  const splitFirst = new Set(parts.map(({ span }) => span.firstLeaf));
  const old = spans.flatMap((entry) => {
    if (entry.status !== 'open' || !splitFirst.has(entry.span.firstLeaf)) return [entry];
    return entry.leases.length === 0 ? [] : [{ ...entry, status: 'split' as const }];
  });
  return [...old, ...parts.map(({ span }) => openSpan(span))];
}
