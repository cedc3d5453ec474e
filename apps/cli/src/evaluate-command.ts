import { dirname } from 'node:path';
import {
  CommandError,
  EXIT,
  type evaluateOptions,
  type ExitCode,
  type RunConfig,
  type ValuesOf,
} from '@lockstep/config';
import {
  describeTarget,
  outputsFor,
  shapeOf,
  standardisationTable,
  targetWidth,
  type Dataset,
} from '@lockstep/data';
import { averageSha256, weightsSha256 } from '@lockstep/math';
import { createNodeBackend } from '@lockstep/math-native';
import {
  classTable,
  evaluate,
  type Evaluation,
  evaluationPartRows,
  heapBytesFor,
  Network,
} from '@lockstep/nn';
import { datasetPlacesOf, datasetSha256, findDataset, loadDataset, resumptionAt } from '@lockstep/storage';
import { BACKEND_PROOF } from '@lockstep/worker';

/**
 * `lockstep evaluate CHECKPOINT`: the loss and accuracy that the end of the run printed: of the moving average of its weights, where it takes one.
 * @param place a checkpoint, or the folder of a run
 */
export async function runEvaluate(
  place: string,
  values: ValuesOf<typeof evaluateOptions>,
): Promise<ExitCode> {
  const { checkpoint, config, file, warnings } = resumptionAt(place);
  for (const text of warnings) process.stderr.write(`lockstep: ${text}\n`);
  if (file !== place) process.stderr.write(`lockstep: the furthest checkpoint in ${place} is ${file}\n`);
  const { name, test, isOwn } =
    values.dataset === undefined ? ownRows(file, config) : givenRows(values.dataset, config);
  const { featureCount, classCount } = config.dataset;
  const { target } = config.dataset;
  if (test.target !== target || (target !== undefined && outputsFor(test) !== classCount)) {
    throw new CommandError(
      EXIT.badCheckpoint,
      `${file} was trained on rows with ${describeTarget(target, classCount)}, and those of ` +
        `${name} have ${describeTarget(test.target, targetWidth(test))}: give a --dataset of that sort`,
    );
  }
  if (test.featureCount !== featureCount || outputsFor(test) > classCount) {
    throw new CommandError(
      EXIT.badCheckpoint,
      `${file} is a network of ${featureCount} inputs and ${classCount} classes, ${name} has ${test.featureCount} and ` +
        `${outputsFor(test)}: give the --dataset it was trained on`,
    );
  }
  if (!isOwn) sayOtherRows({ name, test }, file, config);
  const maxRows = evaluationPartRows(config.leafRows);
  const { backend, warning } = await createNodeBackend(values.backend, {
    heapBytes: heapBytesFor(config.model, maxRows),
    proof: BACKEND_PROOF,
  });
  if (warning !== undefined) process.stderr.write(`lockstep: ${warning}\n`);
  const network = new Network(backend, config.model, maxRows);
  const { weights, average } = checkpoint;
  network.weights.set(average ?? weights);
  const table = standardisationTable(config.standardisation);
  const { leafRows, metrics: asked = [] } = config;
  const judged = evaluate(
    { backend, network, table, leafRows, metrics: asked, ...(target !== undefined && { target }) },
    test,
  );
  const { accuracy, loss, rowCount, classes, metrics } = judged;
  const result = {
    ...(accuracy !== undefined && { testAccuracy: accuracy }),
    testLoss: loss,
    classes,
    ...(asked.length > 0 && { testMetrics: metrics }),
    rowCount,
    weightsSha256: weightsSha256(weights),
    ...(average !== undefined && { averageSha256: averageSha256(average) }),
    isRunsOwnTest: isOwn,
  };
  process.stdout.write(
    values.format === 'json'
      ? `${JSON.stringify({ type: 'evaluated', ...result })}\n`
      : (accuracy === undefined ? '' : `test accuracy  ${(100 * accuracy).toFixed(2)} %\n`) +
          `test loss      ${loss.toFixed(6)}\n` +
          metricLines(metrics) +
          `rows           ${rowCount.toLocaleString('en-US')}\nweights sha256 ${result.weightsSha256}\n` +
          (average === undefined
            ? ''
            : `average sha256 ${averageSha256(average)}, which is what was judged\n`) +
          classTable(classes, { target, isWhole: true })
            .map((line) => `${line}\n`)
            .join(''),
  );
  return EXIT.done;
}

/** Those that are numbers; a report by class has its table, and a confusion matrix its place among the lines for programs. */
const metricLines = (metrics: Evaluation['metrics']): string =>
  Object.entries(metrics)
    .map(([label, value]) => (typeof value === 'number' ? `${label.padEnd(14)} ${value.toFixed(6)}\n` : ''))
    .join('');

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

/** The test rows of a dataset that the user names, which may be any. */
function givenRows(name: string, { dataset }: RunConfig): TestRows {
  const { train, test, remarks } = loadDataset(name);
  for (const remark of remarks) process.stderr.write(`lockstep: ${remark}\n`);
  const isOwn =
    dataset.testSha256 === undefined
      ? datasetSha256(train) === dataset.sha256
      : datasetSha256(test) === dataset.testSha256;
  return { name, test, isOwn };
}

/**
 * Tells others than the run's rows apart, aloud.
 * @throws {CommandError} exit 3 where the run's own are at hand and have another shape: as many values, read wrongly
 */
function sayOtherRows(
  { name, test }: Pick<TestRows, 'name' | 'test'>,
  file: string,
  config: RunConfig,
): void {
  const [given, own] = [shapeOf(test), ownShape(file, config)];
  if (own !== undefined && own !== given) {
    throw new CommandError(
      EXIT.badCheckpoint,
      `${file} was trained on rows of ${own} values, and ${name} has rows of ${given}: give a --dataset of that shape`,
    );
  }
  const shape = own === undefined ? `; they are of ${given} values: check that the run's are, too` : '';
  process.stderr.write(
    `lockstep: the ${test.rowCount} test rows of ${name} are not those that the run was judged on: ` +
      `these figures are of other data${shape}\n`,
  );
}

/** The shape of the rows that the run was judged on; undefined where they are not found. */
function ownShape(file: string, config: RunConfig): string | undefined {
  try {
    return shapeOf(ownRows(file, config).test);
  } catch {
    return undefined;
  }
}
