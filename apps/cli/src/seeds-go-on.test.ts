import { expect, it } from 'vitest';
import { seedsGoOnBy } from './seeds-go-on.ts';

it('says how runs of several seeds go on that were interrupted', () => {
  expect(seedsGoOnBy([1, 2, 3], 2, 'runs/s')).toMatch(
    /seed 2 did not .* the same command with --resume auto/,
  );
  expect(seedsGoOnBy([1, 2, 3], 1, undefined)).toMatch(
    /without --seeds goes on with it, and --seeds 2,3 begins/,
  );
  expect(seedsGoOnBy([1, 2, 3], 3, undefined)).not.toContain('begins');
});
