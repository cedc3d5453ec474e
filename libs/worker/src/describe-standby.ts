import type { Standby } from '@lockstep/protocol';

/** What people are told of a worker that stands by: what it does instead, and why. No capital, no full stop. */
export function describeStandby({ reason, neededMicros, stepMicros }: Standby): string {
  const [needed, step] = [seconds(neededMicros), seconds(stepMicros)];
  switch (reason) {
    case 'full':
      return 'all places are taken: it takes over when a worker leaves';
    case 'measuring':
      return 'it computes a part of what others have computed, to show how fast it is';
    case 'behind':
      return 'it is still busy with an earlier part of the work';
    case 'slow-line':
      return `it checks what others have computed: its line takes ${needed}, and the others are done in ${step}`;
    case 'slow-computing':
      return `it checks what others have computed: it would need ${needed}, and the others are done in ${step}`;
    case 'not-needed':
      return 'it checks what others have computed: they are as fast without it';
  }
}

const seconds = (micros: number): string => `${(micros / 1_000_000).toPrecision(2)} s`;
