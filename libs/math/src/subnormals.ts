import type { Backend } from './backend.ts';
import { SubnormalsError } from './errors.ts';

const SMALLEST_NORMAL = 2 ** -126;
/** Long enough for a vector body and a scalar tail. */
const LENGTH = 7;

const normals = new Float32Array(LENGTH).fill(SMALLEST_NORMAL);
const subnormals = new Float32Array(LENGTH).fill(SMALLEST_NORMAL / 4);
const results = new Float32Array(LENGTH);
const resultBits = new Uint32Array(results.buffer);
const doubles = new Float64Array([2 ** -1022, 0.5, 0]);

/** What `map` is given, once per span: made once. */
const RESULTS = [results];
const NORMALS = [normals];
const TWO_SUBNORMALS = [subnormals, subnormals];
const HALF = [0.5];

const HALF_OF_SMALLEST_NORMAL = 0x00400000;

/** Whether this thread's own JavaScript keeps subnormal results and operands, in float32 and in float64. */
export function provesSubnormals(): boolean {
  results[0] = Math.fround(normals[0]! * 0.5);
  results[1] = Math.fround(subnormals[0]! + subnormals[1]!);
  doubles[2] = doubles[0]! * doubles[1]!;
  return (
    resultBits[0] === HALF_OF_SMALLEST_NORMAL && resultBits[1] === HALF_OF_SMALLEST_NORMAL && doubles[2] > 0
  );
}

/**
 * Proves that JavaScript and every kind of kernel of `backend`, vectors and scalar tails, keep subnormals on this
 * thread. Another library in the process may switch them off at any time, so a worker asks at its start and once per
 * span (contract, section 5).
 * @throws {SubnormalsError} by name of what flushes
 */
export function assertSubnormals(backend: Backend): void {
  if (!provesSubnormals()) throw flushes('JavaScript');
  backend.map('scale', RESULTS, NORMALS, HALF);
  if (!resultBits.every(isExpected)) throw flushes(`${backend.description} (a product)`);
  backend.map('add', RESULTS, TWO_SUBNORMALS);
  if (!resultBits.every(isExpected)) throw flushes(`${backend.description} (a sum)`);
}

const isExpected = (bits: number): boolean => bits === HALF_OF_SMALLEST_NORMAL;

const flushes = (what: string): SubnormalsError =>
  new SubnormalsError(
    `${what} flushes subnormal numbers to zero on this thread, so its results would differ from every other ` +
      "worker's; a native library built with -ffast-math does this: start without it",
  );
