import { describe, expect, it } from 'vitest';
import type { Operation, Step } from './operation.ts';
import { readOperations } from './read-operations.ts';

const IMPORTS = `import { bitsOf, type Checked, type f32, type f64, floatOf, type i32, narrow, type PerColumn, type PerRow, type Scalar, widen } from './forms.ts';
const fround = Math.fround;
`;

/** The operations of files beside a list; the texts of files begin with the imports of forms. */
function readFiles(list: string, files: Readonly<Record<string, string>>): readonly Operation[] {
  const texts: Readonly<Record<string, string>> = {
    'index.ts': list,
    ...Object.fromEntries(Object.entries(files).map(([file, text]) => [file, IMPORTS + text])),
  };
  return readOperations((file) => texts[file]);
}

const readFile = (text: string): Operation =>
  readFiles("export { op } from './op.ts';", { 'op.ts': text })[0]!;

/** An operation of two elements with that body. */
const readBody = (body: string): Operation =>
  readFile(`export function op(a: f32, b: f32): f32 {\n${body}\n}`);

const A = { source: 'parameter', kind: 'f32', index: 0 };
const B = { source: 'parameter', kind: 'f32', index: 1 };
const step = (index: number, kind = 'f32') => ({ source: 'step', kind, index });
const number = (value: number, kind = 'f32') => ({ source: 'number', kind, value });

/** What a body becomes, the names of its lines left out. */
const stepsOf = (body: string): readonly Step[] =>
  readBody(body).steps.map((each) => {
    const { name: _, ...rest } = each;
    return rest;
  });

describe('a definition', () => {
  it.each(['+', '-', '*', '/'])('rounds a %s b', (operator) => {
    expect(stepsOf(`return fround(a ${operator} b);`)).toEqual([
      { form: 'arithmetic', kind: 'f32', operator, left: A, right: B },
    ]);
  });

  it('takes a square root', () => {
    expect(stepsOf('return fround(Math.sqrt(a));')).toEqual([
      { form: 'function', kind: 'f32', function: 'sqrt', operand: A },
    ]);
  });

  it('takes a magnitude and a negative', () => {
    expect(stepsOf('return -Math.abs(a);')).toEqual([
      { form: 'function', kind: 'f32', function: 'abs', operand: A },
      { form: 'function', kind: 'f32', function: 'negate', operand: step(0) },
    ]);
  });

  it.each(['<', '<=', '>', '>='])('chooses by a %s b', (comparison) => {
    expect(stepsOf(`return a ${comparison} b ? 0 : a;`)).toEqual([
      { form: 'choice', kind: 'f32', comparison, left: A, right: B, yes: number(0), no: A },
    ]);
  });

  it('computes with the bits of a number as an integer that wraps', () => {
    const body = 'const n = (bitsOf(a) - 0x7f) | 0; return floatOf((((n >> 1) + 3) | 0) << 23);';
    expect(stepsOf(body)).toEqual([
      { form: 'function', kind: 'i32', function: 'bitsOf', operand: A },
      { form: 'arithmetic', kind: 'i32', operator: '-', left: step(0, 'i32'), right: number(127, 'i32') },
      { form: 'shift', kind: 'i32', operator: '>>', operand: step(1, 'i32'), count: 1 },
      { form: 'arithmetic', kind: 'i32', operator: '+', left: step(2, 'i32'), right: number(3, 'i32') },
      { form: 'shift', kind: 'i32', operator: '<<', operand: step(3, 'i32'), count: 23 },
      { form: 'function', kind: 'f32', function: 'floatOf', operand: step(4, 'i32') },
    ]);
  });

  it('computes in float64 between widen and narrow, where a constant needs no float32', () => {
    expect(stepsOf('return narrow((0.1 + widen(a)) / widen(b));')).toEqual([
      { form: 'function', kind: 'f64', function: 'widen', operand: A },
      { form: 'arithmetic', kind: 'f64', operator: '+', left: number(0.1, 'f64'), right: step(0, 'f64') },
      { form: 'function', kind: 'f64', function: 'widen', operand: B },
      { form: 'arithmetic', kind: 'f64', operator: '/', left: step(1, 'f64'), right: step(2, 'f64') },
      { form: 'function', kind: 'f32', function: 'narrow', operand: step(3, 'f64') },
    ]);
  });

  it('keeps the names of its lines', () => {
    const { steps, results } = readBody('const sum = fround(a + b);\nreturn fround(sum * sum);');
    expect(steps.map(({ name }) => name)).toEqual(['sum', undefined]);
    expect(results).toEqual([{ operand: step(1), isChecked: false }]);
  });

  it('may name constants, by their bits too', () => {
    const operation = readFile(
      'const HALF = 0.5;\nconst LEAST = -3;\nconst LN2 = floatOf(0x3f317218);\n' +
        'export function op(a: f32): f32 { return a < LEAST ? HALF : LN2; }',
    );
    expect(operation.steps).toEqual([
      {
        form: 'choice',
        kind: 'f32',
        comparison: '<',
        left: A,
        right: number(-3),
        yes: number(0.5),
        no: number(Math.fround(Math.LN2)),
      },
    ]);
  });

  it('may call functions of its own file and of others, which become part of it', () => {
    const [operation] = readFiles("export { op } from './op.ts';", {
      'op.ts':
        "import { twice } from './twice.ts';\nfunction less(x: f32): f32 { return fround(x - 1); }\n" +
        'export function op(a: f32): f32 { return less(twice(a)); }',
      'twice.ts': 'export function twice(x: f32): f32 { return fround(x + x); }',
    });
    expect(operation!.steps).toEqual([
      { form: 'arithmetic', kind: 'f32', operator: '+', left: A, right: A },
      { form: 'arithmetic', kind: 'f32', operator: '-', left: step(0), right: number(1) },
    ]);
  });

  it('says by its types what each parameter is, and whether results are watched', () => {
    const { parameters, results } = readFile(
      'export function op(y: f32, x: f32, rate: Scalar): Checked { return fround(y - fround(rate * x)); }',
    );
    expect(parameters).toEqual([
      { name: 'y', role: 'element' },
      { name: 'x', role: 'element' },
      { name: 'rate', role: 'scalar' },
    ]);
    expect(results).toEqual([{ operand: step(1), isChecked: true }]);
    const row = readFile('export function op(y: f32, bias: PerColumn, mean: PerRow): f32 { return y; }');
    expect(row.parameters.slice(1)).toEqual([
      { name: 'bias', role: 'column' },
      { name: 'mean', role: 'row' },
    ]);
  });

  it('may give several results', () => {
    const { results, steps } = readFile(
      'export function op(a: f32, b: f32): readonly [f32, Checked] { return [b, fround(a + b)]; }',
    );
    expect(steps).toHaveLength(1);
    expect(results).toEqual([
      { operand: B, isChecked: false },
      { operand: step(0), isChecked: true },
    ]);
  });

  it('may lie in a folder of its own', () => {
    const [operation] = readFiles("export { op } from './more/op.ts';", {
      'more/op.ts':
        "import { twice } from '../twice.ts';\nexport function op(a: f32): f32 { return twice(a); }",
      'twice.ts': 'export function twice(x: f32): f32 { return fround(x + x); }',
    });
    expect(operation).toMatchObject({ file: 'more/op.ts', steps: [{ operator: '+' }] });
  });
});

describe('what is no definition is refused with its place', () => {
  it.each([
    [
      'a sum that is not rounded',
      'return a + b;',
      '4:8: + of f32 numbers is written as in fround(a + b): a + b',
    ],
    [
      'an integer sum that does not wrap',
      'return floatOf(bitsOf(a) + 1);',
      '4:16: + of i32 numbers is written as in (a + b) | 0',
    ],
    [
      'two operations with one rounding',
      'return fround(a * b + b);',
      '4:15: * of f32 numbers is written as in fround(a + b): a * b',
    ],
    ['rounding of nothing', 'return fround(a);', '4:8: fround rounds one +, -, *, / or Math.sqrt: fround(a)'],
    ['a function of Math that engines differ in', 'return fround(Math.exp(a));', '4:8: fround rounds one'],
    [
      'an unknown function',
      'return cosh(a);',
      '4:8: a call is one of fround, bitsOf, floatOf, widen, narrow, Math.abs or of another definition: cosh(a)',
    ],
    ['a selection by Math.max', 'return Math.max(a, b);', '4:8: a call is one of'],
    [
      'a number that is no float32',
      'return fround(a * 0.1);',
      '4:19: is no float32: write floatOf of its bits: 0.1',
    ],
    [
      'a number that is no integer',
      'return floatOf((bitsOf(a) + 0.5) | 0);',
      '4:29: is no 32-bit integer: 0.5',
    ],
    ['a float64 where a float32 is wanted', 'return widen(a);', '4:8: is f64 where f32 is wanted: widen(a)'],
    [
      'an integer where a float32 is wanted',
      'return fround(a + bitsOf(b));',
      '4:19: is i32 where f32 is wanted: bitsOf(b)',
    ],
    [
      'a choice by equality',
      'return a === b ? a : b;',
      '4:8: a choice is made by <, <=, > or >= of two float32 numbers: a === b',
    ],
    ['a choice by truth', 'return a ? a : b;', '4:8: a choice is made by'],
    [
      'an integer product',
      'return floatOf((bitsOf(a) * 3) | 0);',
      '4:16: integers are added as (a + b) | 0, or subtracted',
    ],
    [
      'a shift by what is no constant',
      'return floatOf(bitsOf(a) << bitsOf(b));',
      '4:29: integers are shifted by a constant from 0 to 31: bitsOf(b)',
    ],
    [
      'a shift without a sign',
      'return floatOf(bitsOf(a) >>> 1);',
      '4:16: no form of an operation: bitsOf(a) >>> 1',
    ],
    ['a variable', 'let c = a;\nreturn c;', '4:1: a body holds const lines and ends with return: let c = a;'],
    ['a loop', 'for (;;) {}', '4:1: a body holds const lines and ends with return: for (;;) {}'],
    [
      'a typed line',
      'const c: f32 = a;\nreturn c;',
      '4:7: a constant has one name, a value, and no type of its own',
    ],
    [
      'a name from nowhere',
      'return fround(a + c);',
      '4:19: a name is a parameter, a const line above, or a constant of the file: c',
    ],
    ['a body without an end', 'const c = a;', '3:1: a body ends with return'],
    ['an infinity', 'return floatOf(0x7f800000);', '4:8: a constant is finite: floatOf(0x7f800000)'],
    ['a property', 'return a.b;', '4:8: no form of an operation: a.b'],
    ['too few numbers', 'return narrow();', '4:8: narrow takes one number: narrow()'],
  ])('%s', (_, body, complaint) => {
    expect(() => readBody(body)).toThrow(`op.ts:${complaint}`);
  });

  it.each([
    ['a variable of the file', 'let x = 1;', '3:1: a file of definitions holds imports,'],
    ['a constant that is computed', 'const x = 1 + 1;', '3:7: a file of definitions holds imports,'],
    [
      'an import from elsewhere',
      "import { exp } from '@lockstep/math';",
      '3:21: definitions import only files of their folder',
    ],
    [
      'an import by another name',
      "import { exp as e } from './exp.ts';",
      '3:10: names stay as they are: exp as e',
    ],
    ['an import of everything', "import * as all from './exp.ts';", '3:1: an import lists names'],
    [
      'a kernel of scalars alone',
      'export function op(a: Scalar): f32 { return a; }',
      '3:1: a kernel has elements',
    ],
    [
      'a parameter that is a plain number',
      'export function op(a: number): f32 { return a; }',
      '3:20: a parameter of a kernel is f32, Scalar, PerColumn or PerRow: a: number',
    ],
    [
      'a kernel of integers',
      'export function op(a: f32): i32 { return bitsOf(a); }',
      '3:29: a kernel returns f32, Checked, or several of them as readonly [f32, Checked]: i32',
    ],
    [
      'an import from above the folder',
      "import { exp } from '../exp.ts';",
      '3:21: definitions import only files of their folder',
    ],
    [
      'a result of several that is an integer',
      'export function op(a: f32): readonly [f32, i32] { return [a, bitsOf(a)]; }',
      '3:44: a kernel returns f32, Checked, or several of them',
    ],
    [
      'fewer results than the type says',
      'export function op(a: f32): readonly [f32, f32] { return [a]; }',
      '3:58: returns 2 numbers, as in [a, b]: [a]',
    ],
    [
      'a definition that calls itself',
      'export function op(a: f32): f32 { return op(a); }',
      '3:1: a definition calls itself',
    ],
    [
      'a call with too few numbers',
      'function f(a: f32, b: f32): f32 { return a; }\nexport function op(a: f32): f32 { return f(a); }',
      '4:42: f takes 2 numbers: f(a)',
    ],
    [
      'a function of plain numbers',
      'function f(a: number): f32 { return 1; }\nexport function op(a: f32): f32 { return f(a); }',
      '3:15: a number is f32, i32 or f64: number',
    ],
  ])('%s', (_, text, complaint) => {
    expect(() => readFile(text)).toThrow(`op.ts:${complaint}`);
  });

  it('a list that holds more than names, and a name that is not there', () => {
    expect(() => readFiles("export * from './op.ts';", { 'op.ts': '' })).toThrow(
      "index.ts:1:1: the list of operations holds only export { name } from './file.ts'",
    );
    expect(() => readFiles("export { op } from './op.ts';", { 'op.ts': '' })).toThrow(
      'index.ts:1:1: op.ts has no function op',
    );
    expect(() => readFiles("export { op } from './op.ts';", {})).toThrow('op.ts: there is no such file');
  });
});
