import type { FinishReason } from './effects.ts';
import type { Turn } from '../turn.ts';

/** Ends the run. The step in flight, if there is one, leaves no trace. */
export function finish(turn: Turn, reason: FinishReason, detail?: string): void {
  const { step } = turn.state;
  turn.update({ phase: 'finished', round: undefined, rechecks: [], finishReason: reason });
  turn.emit({ type: 'finish', reason, step, ...(detail === undefined ? {} : { detail }) });
}
