import { checkConfig } from './config.ts';
import type { CoordinationConfig } from './config.ts';
import type { RunEvent } from './events/events.ts';
import { finish } from './events/finish.ts';
import { hear, noticeLostTime, onHeartbeat } from './events/life-signs.ts';
import { onContribution, onSpanRecomputed } from './events/on-contribution.ts';
import { onStepCommitted, onStepDiverged, onStopRequested } from './events/on-step.ts';
import { onTick } from './events/on-tick.ts';
import { announceLobby, onWorkerJoined, onWorkerLeft } from './events/on-worker.ts';
import type { RunState, Transition } from './state.ts';
import { Turn } from './turn.ts';

/**
 * The run before its first event. One that has no step left to do is finished at once.
 * @throws {CoordinationError} `bad-config`
 */
export function begin(config: CoordinationConfig): Transition {
  checkConfig(config);
  const turn = new Turn(
    config,
    {
      phase: 'lobby',
      step: config.firstStep,
      workers: [],
      round: undefined,
      rechecks: [],
      lastDeal: [],
      latenesses: [],
      tickedAt: undefined,
      isWaiting: false,
      stopReason: undefined,
      finishReason: undefined,
    },
    0,
  );
  if (config.firstStep === config.totalSteps) finish(turn, 'completed');
  else announceLobby(turn);
  return turn.end();
}

/**
 * Advances the run by one event. Pure: the clock and every measurement arrive inside `event`, `state` stays valid, and the
 * effects are for the shell to carry out in the order given.
 * @throws {CoordinationError} `unexpected-event` when the shell reports what cannot have happened; nothing that a worker
 *   sends can cause it
 */
export function transition(config: CoordinationConfig, state: RunState, event: RunEvent): Transition {
  const turn = new Turn(config, state, event.now);
  noticeLostTime(turn, event.type === 'tick');
  if ('worker' in event && turn.state.phase !== 'finished') hear(turn, event.worker);
  apply(turn, event);
  return turn.end();
}

function apply(turn: Turn, event: RunEvent): void {
  switch (event.type) {
    case 'worker-joined':
      return onWorkerJoined(turn, event);
    case 'worker-left':
      return onWorkerLeft(turn, event);
    case 'contribution-received':
      return onContribution(turn, event);
    case 'heartbeat-received':
      return onHeartbeat(turn, event);
    case 'worker-heard':
      return;
    case 'span-recomputed':
      return onSpanRecomputed(turn, event);
    case 'step-committed':
      return onStepCommitted(turn, event);
    case 'step-diverged':
      return onStepDiverged(turn, event);
    case 'tick':
      return onTick(turn);
    case 'stop-requested':
      return onStopRequested(turn, event);
    default:
      return event satisfies never;
  }
}
