import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { firstDifference, numbersOf } from '@lockstep/math/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  COLUMNS,
  COUNT,
  executeEachForm,
  readEachForm,
  resultsOf,
  root,
  ROWS,
} from '../testing/each-form.ts';
import { hasRows, isChecked, type Operation } from './operation.ts';
import { snakeCase } from './naming.ts';
import { writeC } from './write-c.ts';

const HEADERS = path.join(root, 'libs/math-native/native');

interface Target {
  readonly name: string;
  readonly compiler: string;
  readonly flags: readonly string[];
  /** What runs a program for it; nothing where this processor does. */
  readonly runner: readonly string[];
}

const isThere = (command: string): boolean => spawnSync(command, ['--version']).status === 0;
const here = ['cc', 'gcc', 'clang'].find(isThere);
const NEEDS_COMPILER =
  here === undefined
    ? ' [skipped: no C compiler is here: install one (Debian: apt-get install gcc libc6-dev)]'
    : '';

/** What /proc/cpuinfo calls the instructions of this processor. */
const features = process.platform === 'linux' ? readFileSync('/proc/cpuinfo', 'utf8').split(/\s+/) : [];
const AVX512 = ['avx512f', 'avx512vl', 'avx512dq', 'avx512bw'];
const withInstructions = (name: string, needs: readonly string[]): readonly Target[] =>
  needs.every((feature) => features.includes(feature))
    ? [{ name, compiler: here ?? 'cc', flags: needs.map((feature) => `-m${feature}`), runner: [] }]
    : [];

const CROSS_COMPILER = 'aarch64-linux-gnu-gcc';
const EMULATOR = 'qemu-aarch64';
const targets: readonly Target[] = [
  ...withInstructions('what all such processors have', []),
  ...withInstructions('AVX2', ['avx2']),
  ...withInstructions('AVX-512', AVX512),
  ...(isThere(CROSS_COMPILER) && isThere(EMULATOR)
    ? [{ name: 'NEON, emulated', compiler: CROSS_COMPILER, flags: ['-static'], runner: [EMULATOR] }]
    : []),
];

const operations = readEachForm();

const CODES = { finite: 1, other: 0, none: 2 };

/** The most results of a kernel here. */
const RESULTS = 3;

/** A program that runs every kernel on two tensors it reads, and writes results and answers. */
const programOf = (all: readonly Operation[]): string => `
#include "kernels.c"
#include <stdio.h>
static float a[${COUNT}], b[${COUNT}], out[${RESULTS}][${COUNT}];
int main(void) {
  if (fread(a, 4, ${COUNT}, stdin) != ${COUNT} || fread(b, 4, ${COUNT}, stdin) != ${COUNT}) return 1;
  int32_t finite;
${all
  .map((operation) => {
    const given = [
      ...operation.results.map((_, i) => `out[${i}]`),
      ...operation.parameters.map(({ name }) => name),
      ...(hasRows(operation) ? [ROWS, COLUMNS] : [COUNT]),
    ];
    const call = `lockstep_${snakeCase(operation.name)}(${given.join(', ')});`;
    return (
      (isChecked(operation) ? `  finite = ${call}\n` : `  finite = ${CODES.none};\n  ${call}\n`) +
      '  fwrite(out, 4, sizeof out / 4, stdout);\n  fwrite(&finite, 4, 1, stdout);\n'
    );
  })
  .join('')}  return 0;
}
`;

describe.skipIf(here === undefined)(`the kernels in C${NEEDS_COMPILER}`, () => {
  let folder: string;
  let definitions: Awaited<ReturnType<typeof executeEachForm>>;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'lockstep-operations-'));
    writeFileSync(path.join(folder, 'kernels.c'), writeC(operations));
    writeFileSync(path.join(folder, 'program.c'), programOf(operations));
    definitions = await executeEachForm();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const title = 'have the bits of every form, executed as it is written, with $name';
  it.each(targets)(title, { timeout: 120_000 }, (target) => {
    const program = path.join(folder, 'program');
    const strict = [
      '-std=c11',
      '-O3',
      '-ffp-contract=off',
      '-Wall',
      '-Wextra',
      '-Wfloat-conversion',
      '-Werror',
    ];
    const compiled = spawnSync(
      target.compiler,
      [...strict, ...target.flags, `-I${HEADERS}`, '-o', program, path.join(folder, 'program.c')],
      { encoding: 'utf8' },
    );
    expect(compiled.stderr).toBe('');
    for (const kind of ['ordinary', 'wide', 'subnormal', 'signed-zero', 'non-finite'] as const) {
      const [a, b] = [numbersOf(kind, COUNT, 1), numbersOf(kind, COUNT, 2)];
      const [file, ...args] = [...target.runner, program];
      const { stdout } = spawnSync(file, args, {
        input: Buffer.concat([Buffer.from(a.buffer), Buffer.from(b.buffer)]),
        maxBuffer: 2 ** 24,
      });
      const length = RESULTS * COUNT + 1;
      expect(stdout).toHaveLength(operations.length * length * 4);
      const words = new Float32Array(new Uint8Array(stdout).buffer);
      for (const [i, operation] of operations.entries()) {
        const { name, results } = operation;
        const actual = words.subarray(i * length, (i + 1) * length);
        const expected = resultsOf(definitions[name]!, operation, { a, b });
        for (const [k, result] of expected.entries()) {
          const difference = firstDifference(actual.subarray(k * COUNT, (k + 1) * COUNT), result);
          expect([name, kind, difference]).toEqual([name, kind, undefined]);
        }
        const isFinite = expected.every(
          (result, k) => !results[k]!.isChecked || result.every(Number.isFinite),
        );
        const code = isFinite ? CODES.finite : CODES.other;
        const answer = new Int32Array(actual.slice(-1).buffer)[0];
        expect([name, kind, answer]).toEqual([name, kind, isChecked(operation) ? code : CODES.none]);
      }
    }
  });
});
