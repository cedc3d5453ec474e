import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { firstDifference, numbersOf } from '@lockstep/math/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assemblyFolder, builds, compilerFolder } from '../../kernel-sources.mjs';
import { COLUMNS, COUNT, executeEachForm, readEachForm, resultsOf, ROWS } from '../testing/each-form.ts';
import { hasRows, isChecked } from './operation.ts';
import { writeAssemblyScript } from './write-assembly-script.ts';

interface Compiler {
  main(
    args: readonly string[],
    options: { readonly writeFile: (name: string, contents: Uint8Array<ArrayBuffer>) => void },
  ): Promise<{ readonly error: Error | null; readonly stderr: { toString(): string } }>;
}

type Kernel = (...args: readonly number[]) => number | undefined;

/** The part of the engine that is used here; the types of Node and of ECMAScript have none of it. */
const { WebAssembly: webAssembly } = globalThis as unknown as {
  WebAssembly: {
    readonly Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
    instantiate(
      module: Uint8Array,
      imports: unknown,
    ): Promise<{ readonly instance: { readonly exports: Readonly<Record<string, Kernel>> } }>;
  };
};

const compilerFile = path.join(compilerFolder, 'node_modules/assemblyscript/dist/asc.js');
const NEEDS_COMPILER = existsSync(compilerFile)
  ? ''
  : ' [skipped: AssemblyScript is not here: run "node tools/kernels/build-wasm.mjs", which fetches it]';

const operations = readEachForm();
/** Addresses of the two tensors and of the results. */
const PLACES: Readonly<Record<string, number>> = { a: 65_536, b: 131_072 };
const OUTS = [196_608, 262_144, 327_680];

describe.skipIf(NEEDS_COMPILER !== '')(`the kernels in AssemblyScript${NEEDS_COMPILER}`, () => {
  let folder: string;
  let definitions: Awaited<ReturnType<typeof executeEachForm>>;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'lockstep-operations-'));
    writeFileSync(path.join(folder, 'index.ts'), writeAssemblyScript(operations));
    writeFileSync(path.join(folder, 'vector.ts'), readFileSync(path.join(assemblyFolder, 'vector.ts')));
    definitions = await executeEachForm();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  const title = 'have the bits of every form, executed as it is written ($name)';
  it.each(builds)(title, { timeout: 120_000 }, async ({ own }) => {
    const { default: compiler } = (await import(pathToFileURL(compilerFile).href)) as { default: Compiler };
    let module: Uint8Array<ArrayBuffer> | undefined;
    const result = await compiler.main(
      ['index.ts', '--baseDir', folder, '--outFile', 'kernels.wasm', ...own],
      {
        writeFile: (name, contents) => {
          if (name === 'kernels.wasm') module = contents;
        },
      },
    );
    expect(result.error, result.stderr.toString()).toBeNull();
    const memory = new webAssembly.Memory({ initial: 8, maximum: 65_536 });
    const { instance } = await webAssembly.instantiate(module!, { env: { memory } });
    const kernels = instance.exports;
    const tensorAt = (address: number): Float32Array => new Float32Array(memory.buffer, address, COUNT);

    for (const kind of ['ordinary', 'wide', 'subnormal', 'signed-zero', 'non-finite'] as const) {
      const [a, b] = [numbersOf(kind, COUNT, 1), numbersOf(kind, COUNT, 2)];
      tensorAt(PLACES.a!).set(a);
      tensorAt(PLACES.b!).set(b);
      for (const operation of operations) {
        const { name, parameters, results } = operation;
        const places = parameters.map((parameter) => PLACES[parameter.name]!);
        const sizes = hasRows(operation) ? [ROWS, COLUMNS] : [COUNT];
        const answer = kernels[name]!(...OUTS.slice(0, results.length), ...places, ...sizes);
        const expected = resultsOf(definitions[name]!, operation, { a, b });
        for (const [k, result] of expected.entries()) {
          const difference = firstDifference(tensorAt(OUTS[k]!), result);
          expect([name, kind, difference]).toEqual([name, kind, undefined]);
        }
        const isFinite = expected.every(
          (result, k) => !results[k]!.isChecked || result.every(Number.isFinite),
        );
        expect([name, answer]).toEqual([name, isChecked(operation) ? Number(isFinite) : undefined]);
      }
    }
  });
});
