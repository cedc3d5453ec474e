import { parseRunConfig, type RunConfig } from '@lockstep/config';
import { checksumOf, referenceBackend } from '@lockstep/math';
import { initialWeights, layoutOf } from '@lockstep/nn';
import { InlineTeam, type ComputeTeam, type SpanRows } from '@lockstep/worker';
import { afterEach, describe, expect, it } from 'vitest';
import { startTeam } from './team.ts';

const configOf = (outputActivation: 'linear' | 'sigmoid'): RunConfig =>
  parseRunConfig({
    contract: 'exact-1',
    dataset: { name: 'made up', sha256: '0'.repeat(64), trainRows: 100, featureCount: 23, classCount: 3 },
    standardisation: { mean: 0.5, deviation: 0.25 },
    model: { sizes: [23, 17, 9, 3], hiddenActivation: 'sigmoid', outputActivation, loss: 'squared-error' },
    batchSize: 40,
    leafRows: 3,
    learningRate: 0.1,
    seed: 4,
    totalSteps: 20,
  });

const weightsOf = (config: RunConfig, seed: number): { weights: Float32Array; checksum: string } => {
  const weights = new Float32Array(layoutOf(config.model).length);
  initialWeights(config.model, seed, weights);
  return { weights, checksum: checksumOf(weights).checksum };
};

const rowsOf = (count: number): SpanRows => ({
  rows: Uint8Array.from({ length: count * 23 }, (_, i) => (i * 53 + (i >> 4)) % 256),
  labels: Uint8Array.from({ length: count }, (_, i) => (i * 7) % 3),
});

const teams: ComputeTeam[] = [];
async function start(config: RunConfig, threads: number, backend: 'wasm' | 'reference' = 'wasm') {
  const script = new URL('../dist/thread.mjs', import.meta.url);
  const team = await startTeam({ config, backend, threads, script });
  teams.push(team);
  return team;
}
afterEach(() => teams.splice(0).forEach((team) => team.close()));

describe('a team of threads', () => {
  it.each([
    [1, 'linear', 'wasm'],
    [2, 'linear', 'wasm'],
    [3, 'sigmoid', 'wasm'],
    [5, 'linear', 'wasm'],
    [2, 'sigmoid', 'reference'],
  ] as const)('of %i gives the bits of one thread (%s output, %s)', async (threads, output, backend) => {
    const config = configOf(output);
    const team = await start(config, threads, backend);
    const alone = new InlineTeam(referenceBackend, config);
    for (const [seed, counts] of [
      [1, [40, 1, 7]],
      [2, [3, 39]],
    ] as const) {
      const { weights, checksum } = weightsOf(config, seed);
      team.setWeights(weights, checksum);
      alone.setWeights(weights, checksum);
      for (const count of counts) {
        const [mine, expected] = [await team.compute(rowsOf(count)), await alone.compute(rowsOf(count))];
        expect(new Uint32Array(mine.room.tensor.slice().buffer)).toEqual(
          new Uint32Array(expected.room.tensor.slice().buffer),
        );
        expect([mine.lossSum, mine.checksum]).toEqual([expected.lossSum, expected.checksum]);
        mine.release();
        expected.release();
      }
    }
  });

  it('rejects a span when the weights did not arrive as they were sent', async () => {
    const config = configOf('linear');
    const team = await start(config, 2);
    team.setWeights(weightsOf(config, 1).weights, '0123456789abcdef');
    await expect(team.compute(rowsOf(8))).rejects.toThrow(/the weights arrived with other bits/);
  });

  it('waits for a room while all gradients are on the wire', async () => {
    const config = configOf('linear');
    const team = await start(config, 2);
    const { weights, checksum } = weightsOf(config, 1);
    team.setWeights(weights, checksum);
    const sums = [];
    for (let span = 0; span < 4; span++) sums.push(await team.compute(rowsOf(8)));
    let isDone = false;
    const fifth = team.compute(rowsOf(9)).then((sum) => {
      isDone = true;
      return sum;
    });
    await Promise.resolve();
    expect(isDone).toBe(false);
    sums[2]!.release();
    expect((await fifth).room).toBe(sums[2]!.room);
  });
});
