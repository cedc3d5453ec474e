import { type Backend, referenceBackend } from '@lockstep/math';
import { TRUTHS } from './truth.ts';

/** The functions of the contract that are checked. */
export type FunctionName = keyof typeof TRUTHS;

/** Every `stride`-th float32 by bit pattern, from `from` (inclusive) to `to` (exclusive). */
export interface Range {
  readonly from: number;
  readonly to: number;
  readonly stride: number;
}

/** What a scan found. */
export interface ScanResult {
  readonly checked: number;
  /** The largest error in ulp of the true value, and the argument where it is. */
  readonly worstUlp: number;
  readonly worstAt: number;
  /** Arguments for which the backend's bits are not the reference's. */
  readonly differingBits: number;
}

const CHUNK = 4096;
const LARGEST = (2 - 2 ** -23) * 2 ** 127;

const view = new Float32Array(1);
const viewBits = new Uint32Array(view.buffer);

/** The spacing of float32 at `value`; 2^-149 in the subnormal range. */
export function ulpAt(value: number): number {
  view[0] = Math.min(Math.abs(value), LARGEST);
  const exponent = Math.max(1, viewBits[0]! >>> 23);
  return 2 ** (exponent - 150);
}

/**
 * The error of `actual` in ulp. A NaN is owed a NaN. Beyond the largest float32 the spacing is taken to go on, so that
 * infinity is as far off as 2^128 would be.
 */
export function errorInUlp(actual: number, truth: number): number {
  if (Number.isNaN(truth)) return Number.isNaN(actual) ? 0 : Infinity;
  if (truth > LARGEST && actual === Infinity) return 0;
  return Math.abs(actual - truth) / ulpAt(truth);
}

/** Checks a function over a range, and that of `backend` against that of the reference. */
export function scan(name: FunctionName, range: Range, backend: Backend): ScanResult {
  const truth: (x: number) => number = TRUTHS[name];
  const inputs = new Float32Array(CHUNK);
  const inputBits = new Uint32Array(inputs.buffer);
  const outputs = backend.allocate(CHUNK);
  const outputBits = new Uint32Array(outputs.buffer, outputs.byteOffset, CHUNK);
  const expected = new Float32Array(CHUNK);
  let worstUlp = 0;
  let worstAt = 0;
  let checked = 0;
  let differingBits = 0;
  for (let start = range.from; start < range.to; start += CHUNK * range.stride) {
    const count = Math.min(CHUNK, Math.ceil((range.to - start) / range.stride));
    for (let i = 0; i < count; i++) inputBits[i] = start + i * range.stride;
    backend.map(name, [outputs], [inputs]);
    referenceBackend.map(name, [expected], [inputs]);
    for (let i = 0; i < count; i++) {
      const x = inputs[i]!;
      const actual = expected[i]!;
      const error = errorInUlp(actual, truth(x));
      if (error > worstUlp) {
        worstUlp = error;
        worstAt = x;
      }
      if (!isSame(outputs[i]!, outputBits[i]!, actual)) differingBits++;
    }
    checked += count;
  }
  return { checked, worstUlp, worstAt, differingBits };
}

function isSame(output: number, outputWord: number, expected: number): boolean {
  if (Number.isNaN(output)) return Number.isNaN(expected);
  view[0] = expected;
  return outputWord === viewBits[0];
}

/** The findings of several ranges as one. */
export function merge(results: readonly ScanResult[]): ScanResult {
  return results.reduce((all, part) => ({
    checked: all.checked + part.checked,
    worstUlp: Math.max(all.worstUlp, part.worstUlp),
    worstAt: part.worstUlp > all.worstUlp ? part.worstAt : all.worstAt,
    differingBits: all.differingBits + part.differingBits,
  }));
}
