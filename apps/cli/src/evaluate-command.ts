import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { decodeCheckpoint } from '@lockstep/checkpoint';
import {
  backendOption,
  CommandError,
  EXIT,
  formatOption,
  parseRunConfig,
  runOptions,
  type ExitCode,
  type RunConfig,
  type Resolved,
} from '@lockstep/config';
import { classCountOf, standardisationTable, type Dataset } from '@lockstep/data';
import { weightsSha256 } from '@lockstep/math';
import { createNodeBackend } from '@lockstep/math-native';
import { evaluate, heapBytesFor, Network } from '@lockstep/nn';
import { datasetPlacesOf, datasetSha256, findDataset, loadDataset } from '@lockstep/storage';
import { BACKEND_PROOF } from '@lockstep/worker';

export const evaluateOptions = { dataset: runOptions.dataset, backend: backendOption, format: formatOption };

const EVALUATION_ROWS = 512;

/** `lockstep evaluate CHECKPOINT`: the loss and accuracy that the end of the run printed. */
export async function runEvaluate(
  file: string,
  { values, sources }: Resolved<typeof evaluateOptions>,
): Promise<ExitCode> {
  const { weights, config } = readCheckpoint(file);
  const isGiven = sources.dataset !== 'default';
  const { name, test, isOwn } = isGiven ? givenRows(values.dataset, config) : ownRows(file, config);
  const { featureCount, classCount } = config.dataset;
  if (test.featureCount !== featureCount || classCountOf(test) > classCount) {
    throw new CommandError(
      EXIT.badCheckpoint,
      `${file} is a network of ${featureCount} inputs and ${classCount} classes, ${name} has ${test.featureCount} and ` +
        `${classCountOf(test)}: give the --dataset it was trained on`,
    );
  }
  const maxRows = Math.max(config.leafRows, EVALUATION_ROWS);
  const { backend, warning } = await createNodeBackend(values.backend, {
    heapBytes: heapBytesFor(config.model, maxRows),
    proof: BACKEND_PROOF,
  });
  if (warning !== undefined) process.stderr.write(`lockstep: ${warning}\n`);
  const network = new Network(backend, config.model, maxRows);
  network.weights.set(weights);
  const table = standardisationTable(config.standardisation);
  const { accuracy, loss, rowCount } = evaluate(
    { backend, network, maxRows, table, leafRows: config.leafRows },
    test,
  );
  const result = {
    testAccuracy: accuracy,
    testLoss: loss,
    rowCount,
    weightsSha256: weightsSha256(network.weights),
    isRunsOwnTest: isOwn,
  };
  process.stdout.write(
    values.format === 'json'
      ? `${JSON.stringify({ type: 'evaluated', ...result })}\n`
      : `test accuracy  ${(100 * accuracy).toFixed(2)} %\ntest loss      ${loss.toFixed(6)}\n` +
          `rows           ${rowCount.toLocaleString('en-US')}\nweights sha256 ${result.weightsSha256}\n`,
  );
  return EXIT.done;
}

interface TestRows {
  /** The place they come from, for messages. */
  readonly name: string;
  readonly test: Dataset;
  /** Whether they are those that the run was judged on. */
  readonly isOwn: boolean;
}

/** The rows that the run was judged on, from where they lie now. @throws {CommandError} when they are not found */
function ownRows(file: string, { dataset }: RunConfig): TestRows {
  const { data, place } = findDataset(dataset, datasetPlacesOf(dataset, dirname(file)), file);
  return { name: place, test: data.test, isOwn: true };
}

/** The test rows of a dataset that the user names, which may be any; others than the run's are told apart aloud. */
function givenRows(name: string, { dataset }: RunConfig): TestRows {
  const { train, test, remarks } = loadDataset(name);
  for (const remark of remarks) process.stderr.write(`lockstep: ${remark}\n`);
  const isOwn =
    dataset.testSha256 === undefined
      ? datasetSha256(train) === dataset.sha256
      : datasetSha256(test) === dataset.testSha256;
  if (!isOwn) {
    process.stderr.write(
      `lockstep: the ${test.rowCount} test rows of ${name} are not those that the run was judged on: ` +
        'these figures are of other data\n',
    );
  }
  return { name, test, isOwn };
}

function readCheckpoint(file: string) {
  try {
    const { weights, config } = decodeCheckpoint(readFileSync(file));
    return { weights, config: parseRunConfig(config) };
  } catch (cause) {
    throw new CommandError(EXIT.badCheckpoint, `checkpoint ${file}: ${(cause as Error).message}`, { cause });
  }
}
