import type { StandbyReason } from '../events/effects.ts';
import type { Candidate } from './forecast.ts';
import { divide } from '../integers.ts';
import { isUnanswered } from '../leases/round.ts';
import { warmUpSamples } from '../measuring/speed.ts';
import type { WorkerState } from '../state.ts';
import type { Turn } from '../turn.ts';

/** Who was dealt to within so many microseconds is not told: between workers alike, noise decides who is left out of a step. */
const leftOutMicros = 1_000_000;

/**
 * Tells those who are dealt nothing, of the step in flight or for a while, why; each once, until it is dealt to again or the
 * reason changes.
 */
export function standByUndealt(turn: Turn, candidates: readonly Candidate[]): void {
  const { spans } = turn.state.round!;
  const oldest = turn.now - leftOutMicros;
  const isLeftOut = ({ dealt }: WorkerState): boolean => dealt.step < 0 || dealt.at <= oldest;
  const held = spans.flatMap((entry) => entry.leases.filter(isUnanswered));
  const holders = new Set(held.map(({ worker }) => worker));
  // Who is busy with a check was told why it stands by.
  for (const { worker, origin } of turn.state.rechecks) if (origin === 'recheck') holders.add(worker);
  const undealt = turn.activeWorkers().filter((worker) => !holders.has(worker.id) && isLeftOut(worker));
  if (undealt.length === 0) return;
  const stepMicros = Math.max(...held.map(({ expectedAt }) => expectedAt)) - turn.now;
  const candidateOf = new Map(candidates.map((candidate) => [candidate.worker, candidate]));
  for (const worker of undealt) {
    const candidate = candidateOf.get(worker.id);
    if (candidate === undefined || isWarmingUp(worker)) tell(turn, worker, 'measuring', 0, stepMicros);
    else tell(turn, worker, reasonOf(candidate, stepMicros), neededMicrosOf(candidate), stepMicros);
  }
}

/** Tells those in the lobby that all places are taken, but for who lost its place for being late, and is at it still. */
export function standByLobby(turn: Turn): void {
  const busy = new Set(
    turn.state.round?.spans.flatMap(({ leases }) => leases.filter(isUnanswered).map(({ worker }) => worker)),
  );
  for (const worker of turn.state.workers) {
    if (!worker.isActive && !busy.has(worker.id)) tell(turn, worker, 'full', 0, 0);
  }
}

/** For the least it could be given: one leaf. */
const neededMicrosOf = ({ busyNanos, lineNanos, leafNanos }: Candidate): number =>
  divide(busyNanos + lineNanos + leafNanos, 1000);

/** It has answered, but only its first spans; a straggler's speed, a guess without an answer, is told as it is. */
const isWarmingUp = ({ speed }: WorkerState): boolean =>
  speed !== undefined && speed.samples > 0 && speed.samples < warmUpSamples;

/** Why the deal left a worker out: what takes it longest, if that makes it too late. */
function reasonOf(candidate: Candidate, stepMicros: number): StandbyReason {
  if (neededMicrosOf(candidate) <= stepMicros) return 'not-needed';
  const { busyNanos, lineNanos, leafNanos } = candidate;
  if (busyNanos >= lineNanos && busyNanos >= leafNanos) return 'behind';
  return lineNanos >= leafNanos ? 'slow-line' : 'slow-computing';
}

function tell(
  turn: Turn,
  { id, standby }: WorkerState,
  reason: StandbyReason,
  neededMicros: number,
  stepMicros: number,
): void {
  if (standby === reason) return;
  const { step } = turn.state;
  turn.updateWorker(id, { standby: reason });
  turn.emit({ type: 'standby', worker: id, step, reason, neededMicros, stepMicros });
  turn.announce({ kind: 'worker-standby', worker: id, step, reason, neededMicros, stepMicros });
}
