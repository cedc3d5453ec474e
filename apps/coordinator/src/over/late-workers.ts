import { workerConfigOf } from '@lockstep/config';
import type { RunFacts } from '@lockstep/metrics';
import { workerMessageLimits, CLOSE_CODES, workerId } from '@lockstep/protocol';
import { WorkerConnection } from '@lockstep/shell';
import type { Channel } from '@lockstep/transport';
import { runShapeOf } from '@lockstep/worker';
import { isToken } from '../token.ts';
import type { Ended } from './ended-file.ts';

export interface LateWorkersSetup {
  readonly facts: RunFacts;
  /** Undefined for a run that is shown and has not ended: it may go on. */
  readonly ended: Ended | undefined;
  /** What workers have to show; undefined when nothing. */
  readonly token: string | undefined;
  /** Whoever is behind `channel` has shown what is asked of workers, or has not. */
  judge(channel: Channel, isAdmitted: boolean): void;
}

/** Tells workers that come when nobody trains how the run ended, or that it may go on and they are to come back. */
export function lateWorkers({ facts, ended, token, judge }: LateWorkersSetup): (channel: Channel) => void {
  const { term, run, config } = facts;
  let lastId = 0;
  const door = {
    ...{ term, run, configJson: JSON.stringify(workerConfigOf(config)), asksToken: token !== undefined },
    limits: workerMessageLimits(runShapeOf(config)),
    admits(given: string | undefined, channel: Channel) {
      const isAdmitted = token === undefined || isToken(given, token);
      if (isAdmitted || given !== undefined) judge(channel, isAdmitted);
      return isAdmitted;
    },
    after(delayMs: number, action: () => void) {
      const timer = setTimeout(action, delayMs);
      return () => clearTimeout(timer);
    },
    bytesFrom: () => 0,
    expectAnswer: () => undefined,
    now: () => performance.now(),
    nextId: () => workerId(++lastId),
  };
  const nothing = (): void => undefined;
  return (channel) => {
    new WorkerConnection(channel, door, {
      onJoined(connection) {
        if (ended !== undefined) connection.send({ type: 'finished', ...ended });
        const { code, reason } = ended === undefined ? PAUSED : CLOSE_CODES.done;
        connection.channel.close(code, reason);
      },
      ...{ onContribution: nothing, onBadShape: nothing, onEvaluated: nothing },
      ...{ onHeartbeat: nothing, onLeft: nothing },
    });
  };
}

const PAUSED = {
  code: CLOSE_CODES.goingAway.code,
  reason: 'this run is shown from its folder: it has not ended, and nobody trains it now',
};
