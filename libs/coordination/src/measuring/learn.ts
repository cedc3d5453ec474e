import type { EventOf } from '../events/events.ts';
import { withLateness } from './patience.ts';
import { nextRecheckAt } from '../leases/recheck.ts';
import { measured, warmUpSamples } from './speed.ts';
import type { Lease } from '../state.ts';
import type { Turn } from '../turn.ts';

/** Takes what the answer to a lease shows about its worker's speed, and about how good predictions are. */
export function learn(
  turn: Turn,
  event: EventOf<'contribution-received'>,
  lease: Pick<Lease, 'leasedAt' | 'expectedAt' | 'downPermille'>,
): void {
  const { now, state } = turn;
  const { speed, answeredAt } = turn.worker(event.worker)!;
  const { leasedAt, expectedAt, downPermille } = lease;
  const hasWaited = answeredAt > leasedAt;
  const newSpeed = measured(speed, {
    rowCount: event.rowCount,
    computeMicros: event.computeMicros,
    elapsedMicros: now - Math.max(leasedAt, answeredAt),
    hasWaited,
    downPermille,
  });
  turn.updateWorker(event.worker, {
    speed: newSpeed,
    answeredAt: now,
    recheckAt: nextRecheckAt(turn, newSpeed.samples, now - leasedAt),
  });
  if (speed?.samples !== warmUpSamples) return;
  turn.update({ latenesses: withLateness(state.latenesses, now - leasedAt, expectedAt - leasedAt) });
}
