import { rowCountOfSpan } from '../config.ts';
import type { EventOf, WorkerId } from './events.ts';
import { divide } from '../integers.ts';
import { forget } from './on-worker.ts';
import { isUnanswered } from '../leases/round.ts';
import type { Lease, SpanState, WorkerState } from '../state.ts';
import type { Turn } from '../turn.ts';

/** A tick that comes more than this many ticks late shows that the coordinator itself was stopped. */
const mostTicksLate = 4;

/**
 * Every event shows how late the next tick is. Where the coordinator itself was stopped (a suspended machine, a long pause),
 * signs of life and answers wait unread, so that time counts against nobody: every mark of time moves on by it.
 */
export function noticeLostTime(turn: Turn, isTick: boolean): void {
  const { tickedAt, step, phase } = turn.state;
  if (phase === 'finished') return;
  const { tickMicros } = turn.config;
  const lostMicros = tickedAt === undefined ? 0 : turn.now - tickedAt - tickMicros;
  const isLost = lostMicros > mostTicksLate * tickMicros;
  if (isTick || isLost || tickedAt === undefined) turn.update({ tickedAt: turn.now });
  if (!isLost) return;
  turn.announce({ kind: 'time-lost', step, lostMicros });
  shiftTimes(turn, lostMicros);
}

function shiftTimes(turn: Turn, micros: number): void {
  const { workers, round, rechecks } = turn.state;
  const shifted = (time: number): number => Math.min(time + micros, turn.now);
  const shiftLease = (lease: Lease): Lease => ({
    ...lease,
    leasedAt: shifted(lease.leasedAt),
    expectedAt: lease.expectedAt + micros,
    deadline: lease.deadline + micros,
    latest: lease.latest + micros,
  });
  turn.update({
    workers: workers.map((worker) => ({
      ...worker,
      heardAt: shifted(worker.heardAt),
      answeredAt: shifted(worker.answeredAt),
    })),
    rechecks: rechecks.map((recheck) => ({
      ...recheck,
      leasedAt: shifted(recheck.leasedAt),
      expectedAt: recheck.expectedAt + micros,
    })),
  });
  if (round === undefined) return;
  turn.updateRound({
    spans: round.spans.map((entry) => ({ ...entry, leases: entry.leases.map(shiftLease) })),
  });
}

/** Whatever a worker sends shows that it is there. */
export function hear(turn: Turn, worker: WorkerId): void {
  turn.updateWorker(worker, { heardAt: turn.now });
}

/** A heartbeat with progress moves the deadlines of a worker's leases; one without is a sign of life and nothing else. */
export function onHeartbeat(turn: Turn, { worker: id, step, rowsDone }: EventOf<'heartbeat-received'>): void {
  const worker = turn.worker(id);
  const { round } = turn.state;
  if (worker === undefined || round === undefined || step !== turn.state.step) return;
  const before = worker.progress.step === step ? worker.progress.rowsDone : 0;
  if (rowsDone <= before) return;
  turn.updateWorker(id, { progress: { step, rowsDone } });
  extendLeases(turn, id, rowsDone);
}

/** What is left of a worker's rows is predicted to take as long a row as those it has done. */
function extendLeases(turn: Turn, worker: WorkerId, rowsDone: number): void {
  const { spans, patiencePermille } = turn.state.round!;
  let rows = 0;
  let since = turn.now;
  const isOwn = (lease: Lease): boolean => lease.worker === worker && lease.status !== 'revoked';
  for (const { span, leases } of spans) {
    const own = leases.find(isOwn);
    if (own === undefined) continue;
    rows += rowCountOfSpan(turn.config, turn.state.step, span);
    since = Math.min(since, own.leasedAt);
  }
  const left = divide((turn.now - since) * Math.max(rows - rowsDone, 0), rowsDone);
  const expectedAt = turn.now + left;
  const wanted = turn.now + divide(left * patiencePermille, 1000);
  const extended = (lease: Lease): Lease => ({
    ...lease,
    expectedAt: Math.max(lease.expectedAt, Math.min(expectedAt, lease.latest)),
    deadline: Math.max(lease.deadline, Math.min(wanted, lease.latest)),
  });
  spans.forEach((entry: SpanState, index) => {
    const isHeld = (lease: Lease): boolean => lease.worker === worker && lease.status === 'held';
    if (!entry.leases.some(isHeld)) return;
    turn.updateSpan(index, {
      leases: entry.leases.map((lease) => (isHeld(lease) ? extended(lease) : lease)),
    });
  });
}

/** Closes whoever gave no sign of life for too long. @returns whether there was anybody */
export function dropSilent(turn: Turn): boolean {
  const { step } = turn.state;
  const { silenceMicros } = turn.config;
  const silent = turn.state.workers.filter(
    (worker) =>
      turn.now - worker.heardAt >= silenceMicros && turn.now - excusedUntil(turn, worker) >= silenceMicros,
  );
  for (const { id, heardAt } of silent) {
    turn.announce({ kind: 'worker-silent', worker: id, step, silentMicros: turn.now - heardAt });
    turn.emit({ type: 'close-worker', worker: id, cause: 'silent' });
    forget(turn, id, 'silent');
  }
  return silent.length > 0;
}

/** A worker whose heartbeats stop while it computes may be silent until the last of its deadlines. */
function excusedUntil({ state }: Turn, { id, beatsAtWork }: WorkerState): number {
  if (beatsAtWork) return 0;
  let until = 0;
  for (const { leases } of state.round?.spans ?? []) {
    for (const lease of leases) {
      if (lease.worker === id && isUnanswered(lease)) until = Math.max(until, lease.deadline);
    }
  }
  for (const { worker, expectedAt } of state.rechecks) {
    if (worker === id) until = Math.max(until, expectedAt);
  }
  return until;
}
