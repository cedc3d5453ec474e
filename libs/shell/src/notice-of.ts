import type { Announcement } from '@lockstep/coordination';
import type { RunNotice } from '@lockstep/metrics';

/**
 * What people are told of a decision; undefined where it is for the journal alone.
 * @param nameOf the name of a worker, by its id
 */
export function noticeOf(event: Announcement, nameOf: (worker: string) => string): RunNotice | undefined {
  switch (event.kind) {
    case 'waiting-for-workers':
      return { type: 'waiting', workers: event.present, needed: event.needed };
    case 'worker-standby': {
      const { reason, neededMicros, stepMicros } = event;
      const [neededMillis, stepMillis] = [millis(neededMicros), millis(stepMicros)];
      return { type: 'worker-standby', worker: nameOf(event.worker), reason, neededMillis, stepMillis };
    }
    case 'contribution-mismatch': {
      return {
        type: 'disagreed',
        step: event.step,
        first: nameOf(event.first),
        second: nameOf(event.second),
      };
    }
    case 'worker-struck':
      return { type: 'warning', text: `${nameOf(event.worker)}: ${event.cause} (strike ${event.strikes})` };
    case 'time-lost': {
      const seconds = (event.lostMicros / 1_000_000).toFixed(1);
      return { type: 'warning', text: `this process stood still for ${seconds} s; nobody is blamed for it` };
    }
    default:
      return undefined;
  }
}

const millis = (micros: number): number => Math.round(micros / 100) / 10;
