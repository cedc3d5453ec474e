import type { RunConfig } from '@lockstep/config';
import type { ComputeTeam } from '@lockstep/worker';
import {
  expectBitsOfOneThread,
  numbersConfig,
  rowsOf,
  teamConfig,
  weightsOf,
} from '@lockstep/worker/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { createTeam, startTeam } from './team.ts';

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
    const config = teamConfig(output);
    const team = await start(config, threads, backend);
    await expectBitsOfOneThread(team, config);
  });

  it('gives the bits of one thread where rows are to come to numbers', async () => {
    const config = numbersConfig();
    await expectBitsOfOneThread(await start(config, 3), config);
  });

  it('rejects a span when the weights did not arrive as they were sent', async () => {
    const config = teamConfig('linear');
    const team = await start(config, 2);
    team.setWeights(weightsOf(config, 1).weights, '0123456789abcdef');
    await expect(team.compute(rowsOf(8))).rejects.toThrow(/the weights arrived with other bits/);
  });

  it('waits for a buffer while all gradients are on the wire', async () => {
    const config = teamConfig('linear');
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
    expect((await fifth).buffer).toBe(sums[2]!.buffer);
  });
});

describe('whoever computes the spans of a run', () => {
  const script = new URL('../dist/thread.mjs', import.meta.url);

  it('is the thread of the socket where a mini-batch is done before another had begun, with the same bits', async () => {
    const config = teamConfig('sigmoid');
    const team = await createTeam({ config, backend: 'wasm', threads: 3, script });
    expect(team.threads).toBe(1);
    await expectBitsOfOneThread(team, config);
  });

  it('are the threads that were asked for where it takes longer', async () => {
    const config = { ...teamConfig('sigmoid'), batchSize: 40_000 };
    const team = await createTeam({ config, backend: 'wasm', threads: 2, script });
    teams.push(team);
    expect(team.threads).toBe(2);
  });
});
