import { EXIT } from '@lockstep/config';
import type { RunEnd } from '@lockstep/shell';
import { describe, expect, it } from 'vitest';
import { describeEnding, exitCodeOf, type Ending } from './ending.ts';

const kept = { step: 7, weightsSha256: 'ab', checkpoint: '/runs/a/final.safetensors' };

const ending = (end: RunEnd, disagreedAt?: number): Ending => ({ end, folder: '/runs/a', disagreedAt });

describe('the end of a run', () => {
  it.each([
    ['completed', undefined, EXIT.done, []],
    ['completed', 3, EXIT.disagreed, [/step 3/]],
    ['diverged', undefined, EXIT.diverged, [/diverged at step 7.*last finite weights is kept/]],
    ['stopped', undefined, 143, []],
  ] as const)(
    '%s, bits that disagreed in step %j, has its status and its words',
    (type, doubt, status, lines) => {
      const given = ending({ ...kept, type }, doubt);
      expect(exitCodeOf(given, 'SIGTERM')).toBe(status);
      expect(describeEnding(given)).toEqual(lines.map((line) => expect.stringMatching(line) as unknown));
    },
  );

  it.each(['completed', 'diverged', 'stopped'] as const)(
    'without its checkpoint has a status of its own, whatever else happened: %s',
    (type) => {
      const spare = '/tmp/spare/final.safetensors';
      const given = ending({ ...kept, type, unsaved: 'the disk is full', checkpoint: spare }, 3);
      expect(exitCodeOf(given, 'SIGTERM')).toBe(EXIT.unsaved);
      expect(describeEnding(given).at(-1)).toContain(spare);
      expect(describeEnding(given).join()).not.toContain('is kept');
    },
  );
});
