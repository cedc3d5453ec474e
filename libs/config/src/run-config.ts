import { MAX_UNITS, type ModelSpec } from '@lockstep/nn';
import { finite, hex, integer, list, Mismatch, object, oneOf, text } from './checks.ts';
import { ConfigError } from './config-error.ts';

/**
 * Everything the bits of a run follow from. Two runs with equal configurations end with equal weights, whoever computes them;
 * what may differ between them (workers, engines, ports, folders) is not in here.
 */
export interface RunConfig {
  readonly contract: 'exact-1';
  readonly dataset: {
    /** What `--dataset` said: "mnist", or a folder. For people; the data itself is known by `sha256`. */
    readonly name: string;
    /** sha256 over the training images and labels as bytes: a resumed run must see the same data. */
    readonly sha256: string;
    /** The same of the test rows, by which runs are judged; runs of earlier versions do not know it. */
    readonly testSha256?: string;
    readonly trainRows: number;
    readonly featureCount: number;
    readonly classCount: number;
  };
  /** Inputs: table[v] = fround((v/255 - mean)/deviation) for v = 0..255, computed in float64. */
  readonly standardisation: { readonly mean: number; readonly deviation: number };
  readonly model: ModelSpec;
  /** Rows of a mini-batch, over all workers; the last of an epoch may be shorter. */
  readonly batchSize: number;
  /** Rows of a leaf, 1 to 256. */
  readonly leafRows: number;
  readonly learningRate: number;
  /** 0 to 2^32 - 1. */
  readonly seed: number;
  /** Committed steps after which the run is finished. */
  readonly totalSteps: number;
  /** The weights it starts from, where they were given and do not follow from the seed: sha256 of their bytes. */
  readonly initialWeights?: { readonly sha256: string };
}

/** Bounds shared by the flags and by what a peer may send. */
export const BOUNDS = {
  batchSize: { min: 1, max: 65_536 },
  leafRows: { min: 1, max: 256 },
  seed: { min: 0, max: 2 ** 32 - 1 },
  totalSteps: { min: 1, max: 2 ** 31 - 1 },
  hiddenLayers: { max: 64 },
} as const;

const within = ({ min, max }: { readonly min: number; readonly max: number }) => integer(min, max);
const units = integer(1, MAX_UNITS);
const rows = integer(1, 2 ** 31 - 1);
const positive = finite(Number.MIN_VALUE);

const checkRunConfig = object(
  {
    contract: oneOf(['exact-1']),
    dataset: object(
      {
        name: text(1024),
        sha256: hex(64),
        trainRows: rows,
        featureCount: units,
        classCount: units,
      },
      { testSha256: hex(64) },
    ),
    standardisation: object({ mean: finite(), deviation: positive }),
    model: object({
      sizes: list(units, 2, BOUNDS.hiddenLayers.max + 2),
      hiddenActivation: oneOf(['sigmoid']),
      outputActivation: oneOf(['sigmoid', 'linear']),
      loss: oneOf(['squared-error']),
    }),
    batchSize: within(BOUNDS.batchSize),
    leafRows: within(BOUNDS.leafRows),
    learningRate: positive,
    seed: within(BOUNDS.seed),
    totalSteps: within(BOUNDS.totalSteps),
  },
  { initialWeights: object({ sha256: hex(64) }) },
);

/**
 * A run configuration from JSON that came from elsewhere: a checkpoint, a coordinator.
 * @throws {ConfigError} `bad-config` naming the first field that is wrong
 */
export function parseRunConfig(value: unknown): RunConfig {
  const config = checked(value);
  const { model, dataset } = config;
  if (model.sizes[0] !== dataset.featureCount || model.sizes.at(-1) !== dataset.classCount) {
    throw new ConfigError(
      'bad-config',
      'the model does not have an input per feature and an output per class',
    );
  }
  return config;
}

function checked(value: unknown): RunConfig {
  try {
    return checkRunConfig(value, '');
  } catch (cause) {
    if (!(cause instanceof Mismatch)) throw cause;
    throw new ConfigError('bad-config', `the run configuration is not valid: ${cause.message}`, { cause });
  }
}

/** `parseRunConfig` of JSON text. @throws {ConfigError} `bad-config` */
export function parseRunConfigJson(json: string): RunConfig {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new ConfigError('bad-config', 'the run configuration is not JSON', { cause });
  }
  return parseRunConfig(value);
}

/**
 * What workers are told of a run: all that their bits follow from. Test rows are no business of theirs, and those of versions
 * that know nothing of them refuse fields that they do not know.
 */
export function workerConfigOf(config: RunConfig): RunConfig {
  const { initialWeights: _weights, ...ofWorkers } = config;
  const { testSha256: _, ...dataset } = config.dataset;
  return { ...ofWorkers, dataset };
}

/** Mini-batches of one epoch; the last may be short. */
export const stepsPerEpochOf = (config: Pick<RunConfig, 'batchSize' | 'dataset'>): number =>
  Math.ceil(config.dataset.trainRows / config.batchSize);
