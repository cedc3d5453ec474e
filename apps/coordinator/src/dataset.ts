import type { RunConfig } from '@lockstep/config';
import { classFaultOf, MNIST_STANDARDISATION, outputsFor, standardisationOf } from '@lockstep/data';
import type { LoadedDataset } from '@lockstep/shell';
import {
  datasetPlacesOf,
  datasetSha256,
  findDataset,
  loadDataset,
  type FoundDataset,
  type Resumption,
} from '@lockstep/storage';

/** A run's dataset, where it lies, and what is odd about it, for people. */
export interface RunDataset extends LoadedDataset {
  readonly place: string;
  readonly remarks: readonly string[];
}

/**
 * What `--dataset` names, for a run that starts on it.
 * @throws {StorageError} {DataError} with what is missing, damaged, or unfit to train on
 */
export function freshDataset(name: string): RunDataset {
  const found = loadDataset(name);
  const fault = classFaultOf(found);
  if (fault !== undefined) throw fault;
  return runDataset(found, name);
}

/**
 * The dataset of the run that goes on from a checkpoint: where it was last found, or where the user says, in either case the same
 * rows. What is unfit about it is said; whoever began on it may go on.
 * @param given what `--dataset` said, if it was given
 * @throws {CommandError} naming the checkpoint
 */
export function resumedDataset({ config, folder, file }: Resumption, given: string | undefined): RunDataset {
  const places = given === undefined ? datasetPlacesOf(config.dataset, folder) : [given];
  const { data, place } = findDataset(config.dataset, places, file);
  const fault = classFaultOf(data);
  return runDataset(
    fault === undefined ? data : { ...data, remarks: [fault.message, ...data.remarks] },
    place,
  );
}

function runDataset(found: FoundDataset, place: string): RunDataset {
  const { train, test } = found;
  const sha256 = datasetSha256(train);
  const dataset = {
    name: place,
    sha256,
    testSha256: datasetSha256(test),
    trainRows: train.rowCount,
    featureCount: train.featureCount,
    classCount: outputsFor(train),
    ...(train.target !== undefined && { target: train.target }),
  };
  return { ...found, place, facts: { dataset, standardisation: standardisationOf(train.rows, sha256) } };
}

/** How the inputs of a run are standardised, for people. */
export function describeStandardisation({ standardisation: { mean, deviation } }: RunConfig): string {
  const isCustomary = mean === MNIST_STANDARDISATION.mean && deviation === MNIST_STANDARDISATION.deviation;
  const origin = isCustomary ? 'the customary ones of MNIST' : 'those of its training rows';
  return `mean ${Number(mean.toPrecision(6))} and deviation ${Number(deviation.toPrecision(6))}, ${origin}`;
}
