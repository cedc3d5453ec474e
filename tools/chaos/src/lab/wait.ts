import { setTimeout as delay } from 'node:timers/promises';

/** A row that did not see what it must see. */
export class RowFailure extends Error {
  override readonly name = 'RowFailure';
}

/** @throws {RowFailure} with `text` unless `isTrue` */
export function must(isTrue: boolean, text: string): asserts isTrue {
  if (!isTrue) throw new RowFailure(text);
}

/** @throws {RowFailure} unless both have the same JSON */
export function mustEqual(found: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  must(a === b, `${what}: ${a}, expected ${b}`);
}

/** How often what cannot announce itself is looked at. */
const LOOK_EVERY_MS = 10;

/** Resolves with what `find` gives as soon as it gives something. @throws {RowFailure} when it never does */
export async function until<T>(
  what: string,
  find: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline)
      throw new RowFailure(`waited ${timeoutMs / 1000} s in vain for ${what}`);
    await delay(LOOK_EVERY_MS);
  }
}

/** The middle one; NaN of none. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[(values.length - 1) >> 1] ?? NaN;
}

/** Of the straight line with the least squares through `points`: y for each x. */
export function slopeOf(points: readonly { readonly x: number; readonly y: number }[]): number {
  const mean = (of: (point: { x: number; y: number }) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x0, y0] = [mean(({ x }) => x), mean(({ y }) => y)];
  return mean(({ x, y }) => (x - x0) * (y - y0)) / mean(({ x }) => (x - x0) * (x - x0));
}
