import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Operation } from '../operations/operation.ts';
import { readOperations } from '../operations/read-operations.ts';

/** The repository's root. */
export const root = fileURLToPath(new URL('../../../..', import.meta.url));

/**
 * Definitions that hold every form there is, apart and together, for kernels of two tensors: plain ones and chains. What a file of
 * `libs/math/src/ops` would hold.
 */
const EACH_FORM = `
import { bitsOf, type Checked, type f32, floatOf, type i32, narrow, type PerColumn, type PerRow, widen } from './forms.ts';

const fround = Math.fround;
const THIRD = floatOf(0x3eaaaaab);
const SIGN = -0;
const LEAST = floatOf(1);

export function difference(a: f32, b: f32): f32 { return fround(a - b); }
export function sum(a: f32, b: f32): f32 { return fround(a + b); }
export function lesser(a: f32, b: f32): f32 { return a < b ? a : b; }
export function atMost(a: f32, b: f32): f32 { return a <= b ? THIRD : SIGN; }
export function greater(a: f32, b: f32): f32 { return a > b ? a : b; }
export function atLeast(a: f32, b: f32): f32 { return a >= b ? LEAST : -3.5; }
export function quotient(a: f32, b: f32): Checked { return fround(a / b); }

export function root(a: f32, b: f32): f32 { return fround(Math.sqrt(fround(a * b))); }
export function opposite(a: f32, b: f32): f32 { return -Math.abs(fround(a + b)); }
export function checkedRoot(a: f32, b: f32): Checked { return fround(fround(Math.sqrt(a)) / b); }
export function product64(a: f32, b: f32): f32 { return narrow((widen(a) * 0.1 - widen(b)) / (widen(a) + 3)); }

function power(n: i32): f32 { return floatOf(((n + 127) | 0) << 23); }
export function bits(a: f32, b: f32): f32 {
  const exponent = bitsOf(b) >> 23;
  const n = (exponent - bitsOf(a)) | 0;
  return fround(power(n >> 25) * power((n + 2147483647) | 0));
}

export function longest(a: f32, b: f32): f32 {
  const p1 = fround(a + 1);
  const p2 = fround(p1 * b);
  const p3 = fround(p2 - a);
  const p4 = fround(p3 * p1);
  const p5 = fround(p4 / 3);
  const p6 = p5 < p2 ? p1 : p5;
  const p7 = fround(p6 * THIRD);
  const p8 = fround(p7 + p1);
  const p9 = fround(p8 - p2);
  const p10 = fround(p9 * p3);
  const p11 = fround(p10 + p4);
  const p12 = fround(p11 - p5);
  const p13 = fround(p12 * p6);
  const p14 = fround(p13 + p7);
  const p15 = fround(p14 - p8);
  const p16 = fround(p15 / p9);
  return fround(p16 - b);
}

export function exchanged(a: f32, b: f32): readonly [f32, f32] { return [b, a]; }
export function watched(a: f32, b: f32): readonly [f32, Checked] { return [fround(a / b), fround(a * b)]; }
export function watchedRoots(a: f32, b: f32): readonly [Checked, f32, Checked] {
  return [fround(a * b), fround(Math.sqrt(a)), fround(Math.sqrt(b))];
}
export function byColumn(a: f32, b: PerColumn): f32 { return fround(a - b); }
export function watchedByColumn(a: f32, b: PerColumn): Checked { return fround(a / b); }
export function rootByColumn(b: PerColumn, a: f32): Checked { return fround(Math.sqrt(fround(a * b))); }
export function byRow(a: f32, b: PerRow): readonly [f32, Checked] { return [fround(a - b), fround(b / a)]; }
export function rootByRow(b: PerRow, a: f32): f32 { return fround(Math.sqrt(fround(a * b))); }
`;

/** The list beside them. */
const EACH_FORM_LIST = `export { difference, sum, lesser, atMost, greater, atLeast, quotient, root, opposite, checkedRoot, product64, bits, longest, exchanged, watched, watchedRoots, byColumn, watchedByColumn, rootByColumn, byRow, rootByRow } from './each-form.ts';
`;

/** The operations of these definitions. */
export const readEachForm = (): readonly Operation[] =>
  readOperations((file) => {
    if (file === 'index.ts') return EACH_FORM_LIST;
    return file === 'each-form.ts' ? EACH_FORM : undefined;
  });

/** Rows and columns of the tensors that the kernels are tried on: around vectors of every width, with tails. */
export const ROWS = 31;
export const COLUMNS = 33;
export const COUNT = ROWS * COLUMNS;

/** An operation, executed as it is written. */
type Definition = (first: number, second: number) => number | readonly number[];

/** What it gives for every element of `tensors`, which are called as its parameters are; `b` may be for each column or row. */
export function resultsOf(
  definition: Definition,
  { parameters, results }: Operation,
  tensors: Readonly<Record<string, Float32Array>>,
): readonly Float32Array[] {
  const outs = results.map(() => new Float32Array(COUNT));
  for (let i = 0; i < COUNT; i++) {
    const at = { element: i, column: i % COLUMNS, row: Math.floor(i / COLUMNS), scalar: 0 };
    const [first, second] = parameters.map(({ name, role }) => tensors[name]![at[role]]!);
    for (const [k, value] of [definition(first!, second!)].flat().entries()) outs[k]![i] = value;
  }
  return outs;
}

/** The functions of these definitions, by their names. */
export async function executeEachForm(): Promise<Readonly<Record<string, Definition>>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-definitions-'));
  const entry = path.join(folder, 'each-form.ts');
  const outfile = path.join(folder, 'definitions.mjs');
  try {
    writeFileSync(entry, EACH_FORM);
    writeFileSync(path.join(folder, 'forms.ts'), readFileSync(path.join(root, 'libs/math/src/ops/forms.ts')));
    await build({ entryPoints: [entry], outfile, bundle: true, format: 'esm' });
    return (await import(pathToFileURL(outfile).href)) as Record<string, Definition>;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
