import type { ClientNotice } from '@lockstep/transport';
import { describeStandby } from '@lockstep/worker';

/** @returns what people are told of a worker's notices, one after the other: no line, or some */
export function describer(): (notice: ClientNotice, url: string) => readonly string[] {
  let isStandingBy = false;
  return (notice, url) => {
    switch (notice.type) {
      case 'welcomed':
        isStandingBy = false;
        return [`joined ${notice.run} at ${url} as worker ${notice.worker}`];
      case 'standby':
        isStandingBy = true;
        return [`stands by: ${describeStandby(notice.standby)}`];
      case 'span-computed':
        if (!isStandingBy || notice.purpose !== 'step') return [];
        isStandingBy = false;
        return ['takes part in the steps again'];
      case 'disconnected': {
        const { code, reason } = notice.close;
        return [`disconnected: ${reason === '' ? 'connection lost' : reason} (${code})`];
      }
      case 'retrying': {
        const when = `next try in ${(notice.retry.delayMs / 1000).toFixed(1)} s`;
        const isNobodyThere = notice.retry.cause instanceof Error;
        return [
          isNobodyThere ? `no coordinator at ${url}, ${when} (is it running? is the address right?)` : when,
        ];
      }
      default:
        return [];
    }
  };
}
