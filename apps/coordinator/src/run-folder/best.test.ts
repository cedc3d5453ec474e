import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '@lockstep/checkpoint';
import { madeUpConfig } from '@lockstep/config/testing';
import { FIRST_STEERING_STATE, layoutOf, resolveSteering } from '@lockstep/nn';
import { nodeFiles, readResumption } from '@lockstep/storage';
import { describe, expect, it } from 'vitest';
import { useTemporaryFolder } from '../testing/working-folder.ts';
import { settleBest } from './best.ts';

useTemporaryFolder();

const config = madeUpConfig({
  validation: { rows: 40, every: 5 },
  steering: resolveSteering({ keepBest: true }),
});
const { slots, length } = layoutOf(config.model);
const [RUN, OTHER] = ['a'.repeat(32), 'b'.repeat(32)];

function put(file: string, step: number, run: string, kept?: { step: number; figure: number }): string {
  const steering = { ...FIRST_STEERING_STATE, step, ...(kept !== undefined && { kept }) };
  const checkpoint: Checkpoint<typeof config> = {
    ...{
      weights: new Float32Array(length).fill(step),
      slots,
      step,
      term: 1,
      reason: 'interval',
      run,
      steering,
      config,
    },
  };
  writeFileSync(file, encodeCheckpoint(checkpoint));
  return file;
}

async function settle(folder: string, from?: string, run = RUN) {
  const said: string[] = [];
  const resumption = from === undefined ? undefined : readResumption(from);
  const file = await settleBest({
    folder,
    files: nodeFiles,
    run,
    resumption,
    say: (text) => void said.push(text),
  });
  return { file, said };
}

describe("a run's best checkpoint, when it starts", () => {
  it('stays where it is the one that the run remembers, or a later one of its own', async () => {
    mkdirSync('a');
    const from = put('a/step-000010.safetensors', 10, RUN, { step: 5, figure: 1 });
    put('a/best.safetensors', 5, RUN);
    expect(await settle('a', from)).toEqual({ file: 'a/best.safetensors', said: [] });
    put('a/best.safetensors', 15, RUN);
    expect(await settle('a', from)).toEqual({ file: 'a/best.safetensors', said: [] });
  });

  it('comes along to a folder of its own, as that run’s', async () => {
    mkdirSync('a');
    mkdirSync('b');
    const from = put('a/step-000010.safetensors', 10, RUN, { step: 5, figure: 1 });
    put('a/best.safetensors', 5, RUN);
    expect(await settle('b', from, OTHER)).toEqual({ file: 'b/best.safetensors', said: [] });
    expect(decodeCheckpoint(readFileSync('b/best.safetensors'))).toMatchObject({ step: 5, run: OTHER });
  });

  it('is said to be lost where it is', async () => {
    mkdirSync('a');
    const from = put('a/step-000010.safetensors', 10, RUN, { step: 5, figure: 1 });
    const { file, said } = await settle('a', from);
    expect(file).toBeUndefined();
    expect(said).toEqual([expect.stringMatching(/a\/best\.safetensors is not there, or not that of step 5/)]);
  });

  it('of another run, or one that cannot be read, is set aside, and nothing is said where there is none', async () => {
    mkdirSync('a');
    expect(await settle('a')).toEqual({ file: undefined, said: [] });
    put('a/best.safetensors', 5, OTHER);
    expect((await settle('a')).said).toEqual([
      expect.stringMatching(/superseded: it belongs to another run/),
    ]);
    writeFileSync('a/best.safetensors', 'torn');
    expect((await settle('a')).said).toEqual([expect.stringMatching(/damaged: it cannot be read/)]);
    expect(readdirSync('a').toSorted()).toEqual(['best.safetensors.damaged', 'best.safetensors.superseded']);
    expect(existsSync('a/best.safetensors')).toBe(false);
  });
});
