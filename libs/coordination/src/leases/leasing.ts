import { leafCountOfStep } from '../config.ts';
import { deal } from '../dealing/deal.ts';
import { dealAgain } from '../dealing/deal-again.ts';
import type { LeasePurpose } from '../events/effects.ts';
import type { WorkerId } from '../events/events.ts';
import { candidatesOf } from '../dealing/forecast.ts';
import type { Candidate } from '../dealing/forecast.ts';
import { grant } from './grant.ts';
import { patiencePermille } from '../measuring/patience.ts';
import { isUnheld, openSpan } from './round.ts';
import { standByLobby, standByUndealt } from '../dealing/standby.ts';
import type { WorkerState } from '../state.ts';
import type { Turn } from '../turn.ts';

const NOBODY: ReadonlySet<WorkerId> = new Set();

/** Starts the step in flight: the lobby enters, the whole tree is dealt, who gets nothing is told. */
export function startRound(turn: Turn): void {
  const { step } = turn.state;
  const leafCount = leafCountOfStep(turn.config, step);
  turn.update({
    phase: 'training',
    round: {
      leafCount,
      spans: [openSpan({ firstLeaf: 0, leafCount })],
      patiencePermille: patiencePermille(turn.config, turn.state.latenesses),
      isCommitting: false,
    },
  });
  enterLobby(turn, lateAndReplaced(turn));
  turn.announce({ kind: 'step-started', step, leafCount });
  const candidates = leaseUnheld(turn, 'dealt');
  if (candidates.length > 0) standByUndealt(turn, candidates);
}

/** After a change of workers or leases in mid-step: nobody works while the lobby is full, no wanted span lies about. */
export function carryOn(turn: Turn, avoid?: WorkerId): void {
  const { round } = turn.state;
  if (round === undefined || round.isCommitting) return;
  if (!turn.state.workers.some((worker) => worker.isActive)) enterLobby(turn);
  leaseUnheld(turn, 'again', avoid);
}

/** Who was late with its last answer and has given none since, or is late with what others have answered by now. */
function lateWorkers({ state, now }: Turn): ReadonlySet<WorkerId> {
  const slow = state.workers.filter(({ speed }) => speed?.samples === 0).map(({ id }) => id);
  const behind = state.rechecks.filter(({ origin, expectedAt }) => origin === 'late' && expectedAt < now);
  return new Set([...slow, ...behind.map(({ worker }) => worker)]);
}

/** Active workers that are late, as many as there are in the lobby, without a place, who are not. */
function lateAndReplaced(turn: Turn): ReadonlySet<WorkerId> {
  const active = turn.activeWorkers();
  if (active.length === turn.state.workers.length) return NOBODY;
  const late = lateWorkers(turn);
  const prompt = turn.state.workers.filter(({ id, isActive }) => !isActive && !late.has(id));
  const places = turn.config.maxWorkers - active.length;
  const replaced = active.filter(({ id }) => late.has(id)).slice(0, Math.max(prompt.length - places, 0));
  return new Set(replaced.map(({ id }) => id));
}

/**
 * Makes those who wait in the lobby active, as far as there are places, in the order they came, but who is late after the others;
 * who has to wait longer is told.
 * @param late past a deadline: they give their place to one who waits, and wait themselves
 */
export function enterLobby(turn: Turn, late: ReadonlySet<WorkerId> = NOBODY): void {
  const { step } = turn.state;
  const last = lateWorkers(turn);
  const waiting = turn.state.workers
    .filter(({ id, isActive }) => !isActive && !late.has(id))
    .toSorted((a, b) => Number(last.has(a.id)) - Number(last.has(b.id)));
  let places = turn.config.maxWorkers - turn.activeWorkers().length;
  for (const { id } of turn.activeWorkers()) {
    if (places >= waiting.length) break;
    if (!late.has(id)) continue;
    turn.updateWorker(id, { isActive: false });
    places++;
  }
  const entering = waiting.slice(0, Math.max(places, 0));
  for (const { id, name } of entering) {
    turn.updateWorker(id, { isActive: true });
    turn.announce({ kind: 'worker-entered', worker: id, name, step });
  }
  if (entering.length > 0) turn.update({ isWaiting: false });
  standByLobby(turn);
}

/**
 * Leases every wanted span that nobody holds, split where that shares the work better. A span that cannot be leased
 * because nobody is active waits for the next worker.
 * @param avoid gets none of them unless it is the only worker left
 * @returns who could have been dealt to
 */
function leaseUnheld(turn: Turn, purpose: LeasePurpose, avoid?: WorkerId): readonly Candidate[] {
  const { step, lastDeal } = turn.state;
  const pool = turn.state.round!.spans.filter(isUnheld).map((entry) => entry.span);
  if (pool.length === 0) return [];
  const workers = eligibleWorkers(turn, avoid);
  if (workers.length === 0) {
    if (turn.state.isWaiting) return [];
    turn.update({ isWaiting: true });
    turn.announce({ kind: 'waiting-for-workers', present: 0, needed: 1, step });
    return [];
  }
  const isStart = purpose === 'dealt';
  const candidates = candidatesOf(turn, workers, isStart);
  const fresh = deal(pool, candidates);
  const dealt = isStart ? dealAgain(fresh, lastDeal, candidates) : fresh;
  if (isStart) turn.update({ lastDeal: dealt });
  grant(turn, dealt, candidates, purpose);
  return candidates;
}

/**
 * Active workers whose speed is known; those whose speed is not show it first by computing what others have computed already.
 * Where no speed is known, or nobody else is left, everybody.
 */
function eligibleWorkers(turn: Turn, avoid: WorkerId | undefined): readonly WorkerState[] {
  const active = turn.activeWorkers();
  const others = active.filter((worker) => worker.id !== avoid);
  const measured = others.filter((worker) => worker.speed !== undefined);
  return [measured, others].find((workers) => workers.length > 0) ?? active;
}
