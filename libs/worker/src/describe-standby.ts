import type { Standby } from '@lockstep/protocol';

/** What people are told of a worker that stands by: what it does instead, and why. No capital, no full stop. */
export function describeStandby({ reason, neededMicros, stepMicros }: WhyStandby): string {
  const [needed, step] = [standbyTime(neededMicros), standbyTime(stepMicros)];
  switch (reason) {
    case 'full':
      return 'all places are taken: it takes over when a worker leaves';
    case 'measuring':
      return 'it computes a part of what others have computed, to show how fast it is';
    case 'behind':
      return 'it is still busy with an earlier part of the work';
    case 'slow-line':
      return `it checks what others have computed: its messages take ${needed}, and the others are done in ${step}`;
    case 'slow-computing':
      return `it checks what others have computed: it would need ${needed}, and the others are done in ${step}`;
    case 'not-needed':
      return 'it checks what others have computed: they are as fast without it';
  }
}

type WhyStandby = Pick<Standby, 'reason' | 'neededMicros' | 'stepMicros'>;

/** A time of `WhyStandby` for people, to two digits. */
export const standbyTime = (micros: number): string =>
  micros < 1_000_000 ? `${twoDigits(micros / 1000)} ms` : `${twoDigits(micros / 1_000_000)} s`;

const twoDigits = (value: number): number => Number(value.toPrecision(2));
