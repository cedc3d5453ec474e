import { referenceBackend } from '@lockstep/math';
import { CONTRACT_DIGEST } from '@lockstep/nn';
import type { Engine } from './engine.ts';
import { GoldenError } from './golden-error.ts';
import { notRun, rowsOf, type Expected, type Row } from './verdict.ts';
import { findingOf } from './workload/compute-findings.ts';

/**
 * The digests of the sections, which are not checked in, as the reference gives them here; together they must be the digest
 * that is. @throws {GoldenError} `wrong-reference`
 */
export async function expectedHere(): Promise<Expected> {
  const { digest, sections } = await findingOf('reference', async () => referenceBackend);
  if (digest === CONTRACT_DIGEST && sections !== undefined) return { digest, sections };
  throw new GoldenError(
    'wrong-reference',
    `the reference gives ${digest} here, not the ${CONTRACT_DIGEST} that is checked in, so nothing can be held against it`,
  );
}

/** An engine's rows; never fails: an engine that could not run is a row that says why. */
export async function recompute(engine: Engine, expected: Expected): Promise<Row[]> {
  const why = engine.missing();
  if (why !== undefined) return [notRun(engine, why)];
  try {
    engine.prepare?.();
    return rowsOf(engine, await engine.run(), expected);
  } catch (error) {
    return [notRun(engine, error instanceof Error ? error.message : String(error))];
  }
}
