import type { RunConfig } from '@lockstep/config';
import { madeUpConfig } from '@lockstep/config/testing';
import { checksumOf, referenceBackend } from '@lockstep/math';
import { initialWeights, layoutOf } from '@lockstep/nn';
import { expect } from 'vitest';
import type { SpanRows } from '../span-computer.ts';
import type { ComputeTeam } from '../team/compute-team.ts';
import { InlineTeam } from '../team/inline-team.ts';

/** A run whose sizes are multiples of nothing. */
export const teamConfig = (outputActivation: 'linear' | 'sigmoid' = 'linear'): RunConfig =>
  madeUpConfig({ sizes: [23, 17, 9, 3], outputActivation, batchSize: 40, leafRows: 3 });

export function weightsOf(config: RunConfig, seed: number): { weights: Float32Array; checksum: string } {
  const weights = new Float32Array(layoutOf(config.model).length);
  initialWeights(config.model, seed, weights);
  return { weights, checksum: checksumOf(weights).checksum };
}

export const rowsOf = (count: number): SpanRows => ({
  step: 5,
  firstRow: 6,
  rows: Uint8Array.from({ length: count * 23 }, (_, i) => (i * 53 + (i >> 4)) % 256),
  labels: Uint8Array.from({ length: count }, (_, i) => (i * 7) % 3),
});

/** `teamConfig` on three numbers a row. */
export const numbersConfig = (): RunConfig =>
  madeUpConfig({ sizes: [23, 17, 9, 3], batchSize: 40, leafRows: 3, dataset: { target: 'numbers' } });

const numbersOf = (count: number): SpanRows => ({
  ...rowsOf(count),
  labels: Float32Array.from({ length: count * 3 }, (_, i) => Math.sin(i)),
});

/** What every team promises: spans of any length and rows that are only answered, against weights that change, have the bits of one thread. */
export async function expectBitsOfOneThread(team: ComputeTeam, config: RunConfig): Promise<void> {
  const alone = new InlineTeam(referenceBackend, config);
  const givenRows = config.dataset.target === undefined ? rowsOf : numbersOf;
  for (const [seed, counts] of [
    [1, [40, 1, 7]],
    [2, [3, 39]],
  ] as const) {
    const { weights, checksum } = weightsOf(config, seed);
    team.setWeights(weights, checksum);
    alone.setWeights(weights, checksum);
    for (const count of counts) {
      const [mine, expected] = [await team.compute(givenRows(count)), await alone.compute(givenRows(count))];
      expect(new Uint32Array(mine.buffer.tensor.slice().buffer)).toEqual(
        new Uint32Array(expected.buffer.tensor.slice().buffer),
      );
      expect([mine.lossSum, mine.checksum]).toEqual([expected.lossSum, expected.checksum]);
      mine.release();
      expected.release();
      const given = { rows: rowsOf(count).rows, rowCount: count };
      expect(await team.answer(given)).toEqual(await alone.answer(given));
    }
  }
}
