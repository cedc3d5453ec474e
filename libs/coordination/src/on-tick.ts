import type { WorkerId } from './events.ts';
import { admitLobby, leaseAlso, outstandingRows } from './leasing.ts';
import { isOverdue, outstandingSpans } from './round.ts';
import { slowed } from './speed.ts';
import type { Lease, WorkerState } from './state.ts';
import type { Turn } from './turn.ts';

/**
 * Looks at the deadlines: what is overdue is leased to an idle worker too, the fastest first. Where there are too few,
 * the lobby enters now: the step may never end without it.
 */
export function onTick(turn: Turn): void {
  const { round } = turn.state;
  if (round === undefined || round.isCommitting) return;
  expireLeases(turn);
  const overdue = turn.state.round!.spans.filter(isOverdue);
  if (overdue.length === 0) return;
  if (idleWorkers(turn).length < overdue.length) admitLobby(turn);
  const idle = idleWorkers(turn);
  for (const [index, entry] of overdue.slice(0, idle.length).entries()) {
    leaseAlso(turn, idle[index]!, entry.span);
  }
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

/** Active workers with nothing to answer, the fastest first; those never measured last, in the order they came. */
function idleWorkers(turn: Turn): readonly WorkerState[] {
  const busy = outstandingSpans(turn.state.round!);
  const rowNanosOf = (worker: WorkerState): number => worker.speed?.rowNanos ?? Number.MAX_SAFE_INTEGER;
  return turn
    .activeWorkers()
    .filter((worker) => !busy.has(worker.id))
    .toSorted((a, b) => rowNanosOf(a) - rowNanosOf(b));
}
