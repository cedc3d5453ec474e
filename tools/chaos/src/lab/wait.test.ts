import { expect, it } from 'vitest';
import { slopeOf } from './wait.ts';

it('finds the slope of a line, through noise on both sides of it', () => {
  const points = [0, 1, 2, 3].map((x) => ({ x, y: 5 + 0.5 * x }));
  expect(slopeOf(points)).toBe(0.5);
  expect(slopeOf(points.map(({ x, y }, index) => ({ x, y: y + [1, -1, -1, 1][index]! })))).toBe(0.5);
});
