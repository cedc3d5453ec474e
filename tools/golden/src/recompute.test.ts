import path from 'node:path';
import { CONTRACT_DIGEST } from '@lockstep/nn';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleWorkload, type Bundles } from './bundles.ts';
import { expectedHere, recompute } from './recompute.ts';
import { findingsOf } from './run-program.ts';
import { engine, engineThatFinds } from './testing/engines.ts';
import { isFailure, type Expected } from './verdict.ts';

let expected: Expected;
beforeAll(async () => {
  expected = await expectedHere();
});

describe('the workload, bundled and run by another process', () => {
  let right: Bundles;
  let wrong: Bundles;
  beforeAll(async () => {
    [right, wrong] = await Promise.all([
      bundleWorkload(),
      bundleWorkload('src/testing/wrong-command-line.ts'),
    ]);
  });
  afterAll(() => {
    right.remove();
    wrong.remove();
  });
  const rowsWith = async ({ folder }: Bundles) => {
    const program = { file: process.execPath, args: [path.join(folder, 'command-line.mjs')] };
    return recompute(engineThatFinds(await findingsOf(program)), expected);
  };

  it('is equal to the checked-in digest on every backend of this engine', async () => {
    const rows = await rowsWith(right);
    expect(rows.length).toBeGreaterThanOrEqual(3);
    for (const row of rows) expect(row).toMatchObject({ digest: CONTRACT_DIGEST, verdict: 'equal' });
  });

  it('is NOT EQUAL on backends that flush subnormals or fuse, and names the kernel', async () => {
    const [flushing, fusing] = await rowsWith(wrong);
    expect(flushing).toMatchObject({ backend: 'flushing', verdict: 'NOT EQUAL' });
    expect(flushing?.detail).toMatch(/^in axpy, operation axpy$/);
    expect(fusing).toMatchObject({ backend: 'fusing', verdict: 'NOT EQUAL' });
    expect(fusing?.detail).toMatch(/^in sgd(?:,|$)/);
    expect([flushing, fusing].map((row) => isFailure(row!, false))).toEqual([true, true]);
  });
});

describe('an engine', () => {
  it('that is not there is not run, which is a failure only when it was asked for', async () => {
    const [row] = await recompute({ ...engine, missing: () => 'no such program' }, expected);
    expect(row).toMatchObject({
      engine: 'some',
      title: 'Some 1 (Engine)',
      verdict: 'not run',
      detail: 'no such program',
    });
    expect([isFailure(row!, false), isFailure(row!, true)]).toEqual([false, true]);
  });

  it('that fails is not run, and its row says why', async () => {
    expect(await recompute(engine, expected)).toMatchObject([{ verdict: 'not run', detail: 'it crashed' }]);
  });

  it('gives a row for each backend on each thread, with its version', async () => {
    const { digest, sections } = expected;
    const finds = engineThatFinds(
      [
        { backend: 'a', digest, sections },
        { backend: 'b', missing: 'no b' },
      ],
      'page',
    );
    const place = { title: 'Some 1.2 (Engine)', version: '1.2', thread: 'page' };
    expect(await recompute(finds, expected)).toMatchObject([
      { ...place, backend: 'a', verdict: 'equal', detail: '' },
      { ...place, backend: 'b', verdict: 'not run', detail: 'no b' },
    ]);
  });

  it('may lack an optional backend although it was asked for', async () => {
    const [row] = await recompute(
      engineThatFinds([{ backend: 'a', missing: 'no a', isOptional: true }]),
      expected,
    );
    expect(isFailure(row!, true)).toBe(false);
  });

  it('that is known not to be equal is NOT EQUAL, says why, and is no failure; what it is not known for is', async () => {
    const known = { backends: ['vectors'], why: 'it flushes' };
    const findings = ['vectors', 'scalar'].map((backend) => ({
      backend,
      digest: 'x',
      sections: { matmul: 'x' },
    }));
    const rows = await recompute({ ...engineThatFinds(findings), known }, expected);
    expect(rows[0]?.detail).toMatch(/^as is known, it flushes; in matmul, /);
    expect(rows.map(({ verdict }) => verdict)).toEqual(['NOT EQUAL', 'NOT EQUAL']);
    expect(rows.map((row) => isFailure(row, true))).toEqual([false, true]);
  });

  it('is NOT EQUAL when a section is missing or another digest is claimed for the right sections', async () => {
    const { digest, sections } = expected;
    const { matmul: _, ...fewer } = sections;
    const findings = [
      { backend: 'a', digest: 'x', sections: fewer },
      { backend: 'b', digest: 'x', sections },
    ];
    expect(digest).not.toBe('x');
    expect(await recompute(engineThatFinds(findings), expected)).toMatchObject([
      { verdict: 'NOT EQUAL', detail: 'in matmul' },
      { verdict: 'NOT EQUAL', detail: 'in no section: not the digest of its own sections' },
    ]);
  });
});
