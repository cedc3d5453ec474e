import { readFileSync } from 'node:fs';
import { decodeCheckpoint } from '@lockstep/checkpoint';
import {
  backendOption,
  CommandError,
  EXIT,
  formatOption,
  parseRunConfig,
  runOptions,
  type ExitCode,
  type Resolved,
} from '@lockstep/config';
import { classCountOf, standardisationTable } from '@lockstep/data';
import { weightsSha256 } from '@lockstep/math';
import { createNodeBackend } from '@lockstep/math-native';
import { evaluate, heapBytesFor, Network } from '@lockstep/nn';
import { loadIdxFolder, loadMnist } from '@lockstep/storage';
import { BACKEND_PROOF } from '@lockstep/worker';

export const evaluateOptions = { dataset: runOptions.dataset, backend: backendOption, format: formatOption };

const EVALUATION_ROWS = 512;

/** `lockstep evaluate CHECKPOINT`: the loss and accuracy that the end of the run printed. */
export async function runEvaluate(
  file: string,
  { values, sources }: Resolved<typeof evaluateOptions>,
): Promise<ExitCode> {
  const { weights, config } = readCheckpoint(file);
  const name = sources.dataset === 'default' ? config.dataset.name : values.dataset;
  const { test } = name === 'mnist' ? loadMnist() : loadIdxFolder(name);
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
  };
  process.stdout.write(
    values.format === 'json'
      ? `${JSON.stringify({ type: 'evaluated', ...result })}\n`
      : `test accuracy  ${(100 * accuracy).toFixed(2)} %\ntest loss      ${loss.toFixed(6)}\n` +
          `rows           ${rowCount.toLocaleString('en-US')}\nweights sha256 ${result.weightsSha256}\n`,
  );
  return EXIT.done;
}

function readCheckpoint(file: string) {
  try {
    const { weights, config } = decodeCheckpoint(readFileSync(file));
    return { weights, config: parseRunConfig(config) };
  } catch (cause) {
    throw new CommandError(EXIT.badCheckpoint, `checkpoint ${file}: ${(cause as Error).message}`, { cause });
  }
}
