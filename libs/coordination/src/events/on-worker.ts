import type { InvalidReason } from './effects.ts';
import { CoordinationError } from '../errors.ts';
import type { EventOf, WorkerId } from './events.ts';
import { carryOn, startRound } from '../leases/leasing.ts';
import { withStatus } from '../leases/round.ts';
import { standByLobby } from '../dealing/standby.ts';
import type { WorkerState } from '../state.ts';
import type { Turn } from '../turn.ts';

/** A newcomer waits in the lobby; it enters at the next step, or at once when nobody is at work. */
export function onWorkerJoined(turn: Turn, event: EventOf<'worker-joined'>): void {
  const { worker: id, name } = event;
  if (turn.state.phase === 'finished') return;
  if (turn.worker(id) !== undefined) {
    throw new CoordinationError(
      'unexpected-event',
      `worker ${id} joined twice; give every connection its own id`,
    );
  }
  turn.update({ workers: [...turn.state.workers, newcomer(event)] });
  turn.announce({ kind: 'worker-in-lobby', worker: id, name });
  if (turn.state.phase === 'training') {
    carryOn(turn);
    if (turn.activeWorkers().length >= turn.config.maxWorkers) standByLobby(turn);
    return;
  }
  if (turn.state.workers.length >= turn.config.minWorkers) return startRound(turn);
  announceLobby(turn);
}

const newcomer = ({ worker, name, beatsAtWork, now }: EventOf<'worker-joined'>): WorkerState => ({
  id: worker,
  name,
  beatsAtWork,
  isActive: false,
  strikes: 0,
  speed: undefined,
  weightsStep: -1,
  heardAt: now,
  answeredAt: now,
  recheckAt: now,
  dealt: { step: -1, at: now },
  standby: undefined,
  progress: { step: -1, rowsDone: 0 },
});

/** Whoever leaves takes nothing along: its spans are leased again at once. */
export function onWorkerLeft(turn: Turn, event: EventOf<'worker-left'>): void {
  if (turn.state.phase === 'finished') return;
  forget(turn, event.worker, event.reason);
  carryOn(turn);
}

/** How many are there, of how many the first step needs. */
export function announceLobby(turn: Turn): void {
  const { step, workers } = turn.state;
  const needed = turn.config.minWorkers;
  turn.announce({ kind: 'waiting-for-workers', present: workers.length, needed, step });
}

/** Notes a worker's fault; the last one it may have closes it. The caller sees to spans that are left without holder. */
export function strike(turn: Turn, id: WorkerId, cause: 'not-leased' | InvalidReason): void {
  const worker = turn.worker(id);
  if (worker === undefined) return;
  const strikes = worker.strikes + 1;
  turn.updateWorker(id, { strikes });
  turn.announce({ kind: 'worker-struck', worker: id, strikes, cause });
  if (strikes < turn.config.strikeLimit) return;
  turn.emit({ type: 'close-worker', worker: id, cause: 'strikes' });
  forget(turn, id, 'strikes');
}

/** The worker is gone: what it held is nobody's. The caller sees to it. */
export function forget(turn: Turn, id: WorkerId, reason: string): void {
  const worker = turn.worker(id);
  if (worker === undefined) return;
  const { workers, rechecks } = turn.state;
  turn.update({
    workers: workers.filter((other) => other !== worker),
    rechecks: rechecks.filter((recheck) => recheck.worker !== id),
  });
  turn.announce({ kind: 'worker-lost', worker: id, name: worker.name, reason });
  if (turn.state.phase === 'lobby') announceLobby(turn);
  if (turn.state.round === undefined) return;
  turn.updateRound({
    spans: turn.state.round.spans.map((entry) =>
      entry.leases.some((lease) => lease.worker === id)
        ? { ...entry, leases: withStatus(entry.leases, id, 'revoked') }
        : entry,
    ),
  });
}
