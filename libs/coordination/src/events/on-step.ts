import { CoordinationError } from '../errors.ts';
import type { EventOf } from './events.ts';
import { finish } from './finish.ts';
import { startRound } from '../leases/leasing.ts';
import { slowDownOverdue } from './on-tick.ts';
import { keepLateLeases } from '../leases/recheck.ts';
import type { Turn } from '../turn.ts';

/** The next step begins: weights and leases first, then the checkpoint, which is written while the workers compute. */
export function onStepCommitted(turn: Turn, event: EventOf<'step-committed'>): void {
  if (turn.state.phase === 'finished') return;
  expectCommitting(turn, event.step);
  const { config } = turn;
  slowDownOverdue(turn);
  keepLateLeases(turn);
  turn.announce({ kind: 'step-committed', step: event.step, checksum: event.checksum });
  const step = event.step + 1;
  turn.update({ step, round: undefined });
  if (step === config.totalSteps || event.isLast === true) return finish(turn, 'completed');
  if (turn.state.stopReason !== undefined) return finish(turn, 'stopped', turn.state.stopReason);
  startRound(turn);
  const isDue = config.checkpointEvery > 0 && step % config.checkpointEvery === 0;
  if (isDue) turn.emit({ type: 'checkpoint', step });
}

export function onStepDiverged(turn: Turn, event: EventOf<'step-diverged'>): void {
  if (turn.state.phase === 'finished') return;
  expectCommitting(turn, event.step);
  finish(turn, 'diverged');
}

/** The step in flight is abandoned, unless the shell is committing it: then it is the last. */
export function onStopRequested(turn: Turn, event: EventOf<'stop-requested'>): void {
  if (turn.state.phase === 'finished') return;
  if (turn.state.round?.isCommitting !== true) return finish(turn, 'stopped', event.reason);
  turn.update({ stopReason: turn.state.stopReason ?? event.reason });
}

function expectCommitting(turn: Turn, step: number): void {
  if (step === turn.state.step && turn.state.round?.isCommitting === true) return;
  throw new CoordinationError('unexpected-event', `step ${step} was not to be committed now`);
}
