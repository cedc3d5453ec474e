import type { Span } from '@lockstep/data';
import { leafCountOfStep, rowCountOfSpan } from './config.ts';
import { deal } from './deal.ts';
import type { Dealee, Dealt } from './deal.ts';
import type { WorkerId } from './events.ts';
import { clamp, divide } from './integers.ts';
import { isUnheld, openSpan, outstandingSpans } from './round.ts';
import { faded, typicalSpeed } from './speed.ts';
import type { Lease, Round, SpanState, WorkerState } from './state.ts';
import type { Turn } from './turn.ts';

/** Starts the step in flight: the lobby enters, everybody gets the weights, the whole tree is dealt. */
export function startRound(turn: Turn): void {
  const { step } = turn.state;
  const leafCount = leafCountOfStep(turn.config, step);
  turn.update({
    phase: 'training',
    round: { leafCount, spans: [openSpan({ firstLeaf: 0, leafCount })], isCommitting: false },
  });
  enterLobby(turn);
  const active = turn.activeWorkers();
  if (active.length > 0) {
    turn.emit({ type: 'send-weights', workers: active.map((worker) => worker.id), step });
  }
  leaseUnheld(turn);
  const spans = turn.state.round!.spans;
  turn.announce({ kind: 'step-started', step, leafCount, spanCount: spans.length });
  if (spans.some((entry) => entry.leases.length > 0)) fadeStandby(turn);
}

/** After a change of workers or leases in mid-step: nobody works while the lobby is full, no wanted span lies about. */
export function carryOn(turn: Turn, avoid?: WorkerId): void {
  const { round } = turn.state;
  if (round === undefined || round.isCommitting) return;
  if (turn.activeWorkers().length === 0) admitLobby(turn);
  leaseUnheld(turn, avoid);
}

/** The lobby enters in mid-step. */
export function admitLobby(turn: Turn): void {
  const entered = enterLobby(turn);
  if (entered.length > 0) turn.emit({ type: 'send-weights', workers: entered, step: turn.state.step });
}

/** Makes those who wait active, as far as there are places; gives their ids. */
function enterLobby(turn: Turn): readonly WorkerId[] {
  const { step } = turn.state;
  let places = turn.config.maxWorkers - turn.activeWorkers().length;
  const entered: WorkerId[] = [];
  const workers = turn.state.workers.map((worker) => {
    if (worker.isActive || places <= 0) return worker;
    places--;
    entered.push(worker.id);
    turn.announce({ kind: 'worker-entered', worker: worker.id, name: worker.name, step });
    return { ...worker, isActive: true };
  });
  if (entered.length > 0) turn.update({ workers, isWaiting: false });
  return entered;
}

/**
 * Leases every wanted span that nobody holds, split where that shares the work better. A span that cannot be leased
 * because nobody is active waits for the next worker.
 * @param avoid gets none of them unless it is the only worker left
 */
function leaseUnheld(turn: Turn, avoid?: WorkerId): void {
  const { step } = turn.state;
  const round = turn.state.round!;
  const pool = round.spans.filter(isUnheld).map((entry) => entry.span);
  if (pool.length === 0) return;
  const active = turn.activeWorkers();
  if (active.length === 0) {
    if (turn.state.isWaiting) return;
    turn.update({ isWaiting: true });
    turn.announce({ kind: 'waiting-for-workers', present: 0, needed: 1, step });
    return;
  }
  const others = active.filter((worker) => worker.id !== avoid);
  const candidates = candidatesOf(turn, round, others.length > 0 ? others : active);
  grant(turn, deal(pool, candidates), candidates);
}

/** Leases an overdue span to one more worker. */
export function leaseAlso(turn: Turn, worker: WorkerState, span: Span): void {
  grant(turn, [{ worker: worker.id, span }], candidatesOf(turn, turn.state.round!, [worker]));
}

interface Candidate extends Dealee {
  /** When it is predicted to begin with a further span, by which its deadlines are set. */
  readonly readyNanos: number;
}

/**
 * What each worker is predicted to need for a leaf, and for what it has to do before. Of the overhead only what goes beyond
 * twice the typical one counts against a worker: what all have in common decides nothing, and small steps are mostly noise.
 */
function candidatesOf(turn: Turn, round: Round, workers: readonly WorkerState[]): readonly Candidate[] {
  const { config, state } = turn;
  const typical = typicalSpeed(state.workers, config.initialSpeed);
  const outstanding = outstandingSpans(round);
  return workers.map((worker) => {
    const { rowNanos, overheadMicros } = worker.speed ?? typical;
    const spans = outstanding.get(worker.id) ?? [];
    const leafNanos = config.leafRows * rowNanos;
    const heldNanos = spans.reduce((sum, span) => sum + span.leafCount, 0) * leafNanos;
    return {
      worker: worker.id,
      leafNanos,
      startNanos: Math.max(overheadMicros - 2 * typical.overheadMicros, 0) * 1000 + heldNanos,
      readyNanos: overheadMicros * 1000 + heldNanos,
      slots: Math.max(config.maxSpansPerWorker - spans.length, 0),
    };
  });
}

/** Writes the leases down, each with the deadline that follows from its predicted end, and sends them. */
function grant(turn: Turn, dealt: readonly Dealt[], candidates: readonly Candidate[]): void {
  const { step } = turn.state;
  const endNanos = new Map(candidates.map(({ worker, readyNanos }) => [worker, readyNanos]));
  const leafNanos = new Map(candidates.map((candidate) => [candidate.worker, candidate.leafNanos]));
  const spans = replaceSplit(turn.state.round!.spans, dealt);
  const leaseOfSpan = new Map<number, Lease>();
  for (const { worker, span } of dealt) {
    const end = endNanos.get(worker)! + span.leafCount * leafNanos.get(worker)!;
    endNanos.set(worker, end);
    leaseOfSpan.set(span.firstLeaf, {
      worker,
      leasedAt: turn.now,
      deadline: turn.now + leaseMicros(turn, end),
      status: 'held',
    });
    turn.emit({ type: 'send-lease', worker, step, span });
  }
  turn.updateRound({
    spans: spans.map((entry) => {
      const lease = entry.status === 'open' ? leaseOfSpan.get(entry.span.firstLeaf) : undefined;
      return lease === undefined ? entry : { ...entry, leases: [...entry.leases, lease] };
    }),
  });
}

function leaseMicros(turn: Turn, predictedNanos: number): number {
  const { factor, minMicros, maxMicros } = turn.config.leaseDeadline;
  return clamp(divide(predictedNanos, 1000) * factor, minMicros, maxMicros);
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

/** Those who were dealt nothing get nearer to their next chance. */
function fadeStandby(turn: Turn): void {
  const { config, state } = turn;
  const outstanding = outstandingSpans(state.round!);
  const typical = typicalSpeed(state.workers, config.initialSpeed);
  const isStandby = (worker: WorkerState): boolean => worker.isActive && !outstanding.has(worker.id);
  if (!state.workers.some((worker) => isStandby(worker) && worker.speed !== undefined)) return;
  turn.update({
    workers: state.workers.map((worker) =>
      worker.speed !== undefined && isStandby(worker)
        ? { ...worker, speed: faded(worker.speed, typical) }
        : worker,
    ),
  });
}

/** Rows that `worker` has not answered. */
export function outstandingRows(turn: Turn, worker: WorkerId): number {
  const spans = outstandingSpans(turn.state.round!).get(worker) ?? [];
  return spans.reduce((sum, span) => sum + rowCountOfSpan(turn.config, turn.state.step, span), 0);
}
