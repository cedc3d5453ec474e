import { classCountOf, fitStandardisation, MNIST_STANDARDISATION } from '@lockstep/data';
import type { LoadedDataset } from '@lockstep/shell';
import { datasetSha256, loadIdxFolder, loadMnist } from '@lockstep/storage';

/**
 * What `--dataset` names: `mnist`, or a folder of IDX files.
 * @throws {StorageError} {DataError} with what is missing or damaged
 */
export function loadDataset(name: string): LoadedDataset {
  const { train, test } = name === 'mnist' ? loadMnist() : loadIdxFolder(name);
  return {
    train,
    test,
    facts: {
      dataset: {
        name,
        sha256: datasetSha256(train),
        trainRows: train.rowCount,
        featureCount: train.featureCount,
        classCount: classCountOf(train),
      },
      standardisation: name === 'mnist' ? MNIST_STANDARDISATION : fitStandardisation(train.rows),
    },
  };
}
