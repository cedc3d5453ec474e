import { expect, it } from 'vitest';
import { packagesFor } from './tree.ts';

it('adds a library of Debian only for Node 26, which itself does not start without it', () => {
  expect(packagesFor(['20', '22', '24.1.0'])).toEqual([]);
  expect(packagesFor(['20', '26'])).toEqual(['libatomic1']);
});
