import { rowCountOfSpan } from '../config.ts';
import type { WorkerId } from './events.ts';
import { idleWorkers } from '../dealing/forecast.ts';
import { carryOn, enterLobby } from '../leases/leasing.ts';
import { dropSilent } from './life-signs.ts';
import { dropOldRechecks } from '../leases/recheck.ts';
import { isOverdue, isUnanswered } from '../leases/round.ts';
import { slowed } from '../measuring/speed.ts';
import { callsNewcomers, leaseAlso, soonestOf, speculate } from '../leases/speculation.ts';
import type { Lease, SpanState } from '../state.ts';
import type { Turn } from '../turn.ts';

/**
 * Looks at silences and deadlines: what a silent worker held is leased again; what is overdue is leased to an idle worker too.
 * Where there are too few, or the step goes on for long, the lobby enters now: the step may never end without it.
 */
export function onTick(turn: Turn): void {
  if (turn.state.phase === 'finished') return;
  if (dropSilent(turn)) carryOn(turn);
  dropOldRechecks(turn);
  const { round } = turn.state;
  if (round === undefined || round.isCommitting) return;
  expireLeases(turn);
  const overdue = turn.state.round!.spans.filter(isOverdue);
  if (overdue.length > 0) leaseOverdue(turn, overdue);
  if (callsNewcomers(turn)) enterLobby(turn);
  speculate(turn, idleWorkers(turn));
}

function leaseOverdue(turn: Turn, overdue: readonly SpanState[]): void {
  if (idleWorkers(turn).length < overdue.length) enterLobby(turn, onlyLate(turn));
  let idle = idleWorkers(turn);
  for (const entry of overdue) {
    const soonest = soonestOf(turn, idle, entry);
    if (soonest === undefined) return;
    idle = idle.filter((worker) => worker !== soonest.worker);
    leaseAlso(turn, soonest.worker, entry, 'overdue');
  }
}

/** Who holds leases past their deadline, and no other. */
function onlyLate(turn: Turn): ReadonlySet<WorkerId> {
  const leases = turn.state.round!.spans.flatMap((entry) => entry.leases);
  const late = new Set(leases.filter(({ status }) => status === 'overdue').map(({ worker }) => worker));
  for (const { status, worker } of leases) if (status === 'held') late.delete(worker);
  return late;
}

/** Marks the leases whose deadline has passed; their holders are as slow as they have shown to be. */
function expireLeases(turn: Turn): void {
  const { step } = turn.state;
  const isLate = (lease: Lease): boolean => lease.status === 'held' && lease.deadline <= turn.now;
  const late = new Map<WorkerId, Lease>();
  turn.state.round!.spans.forEach((entry, index) => {
    if (entry.status !== 'open' || !entry.leases.some(isLate)) return;
    for (const lease of entry.leases.filter(isLate)) {
      late.set(lease.worker, lease);
      turn.announce({ kind: 'lease-expired', worker: lease.worker, step, span: entry.span });
    }
    const leases = entry.leases.map((lease) =>
      isLate(lease) ? { ...lease, status: 'overdue' as const } : lease,
    );
    turn.updateSpan(index, { leases });
  });
  for (const lease of late.values()) slowDown(turn, lease);
}

/** Takes those who are late still, at the end of a step, for as slow as that. */
export function slowDownOverdue(turn: Turn): void {
  const late = new Map<WorkerId, Lease>();
  for (const entry of turn.state.round!.spans) {
    for (const lease of entry.leases) if (lease.status === 'overdue') late.set(lease.worker, lease);
  }
  for (const lease of late.values()) slowDown(turn, lease);
}

function slowDown(turn: Turn, { worker, leasedAt }: Lease): void {
  const speed = turn.worker(worker)?.speed;
  turn.updateWorker(worker, { speed: slowed(speed, outstandingRows(turn, worker), turn.now - leasedAt) });
}

/** Rows that `worker` has not answered. */
function outstandingRows(turn: Turn, worker: WorkerId): number {
  let rows = 0;
  for (const { span, leases } of turn.state.round!.spans) {
    const isHeld = leases.some((lease) => lease.worker === worker && isUnanswered(lease));
    if (isHeld) rows += rowCountOfSpan(turn.config, turn.state.step, span);
  }
  return rows;
}
