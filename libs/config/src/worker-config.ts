import {
  layoutOf,
  MAX_UNITS,
  NetworkError,
  outputCountOf,
  receivedModel,
  sizeOf,
  targetMisfit,
} from '@lockstep/nn';
import { type Check, finite, hex, integer, list, Mismatch, object, oneOf, text } from './checks.ts';
import { ConfigError } from './config-error.ts';
import type { RunConfig } from './run-config.ts';

/**
 * What a worker needs of a run's configuration: all that a gradient follows from. It is in a file of its own, so that a browser tab does not
 * load what only coordinators read.
 */
export interface WorkerConfig extends Omit<
  RunConfig,
  | 'initialWeights'
  | 'optimizer'
  | 'freeze'
  | 'schedule'
  | 'ema'
  | 'overfitBatches'
  | 'validation'
  | 'metrics'
  | 'steering'
> {
  /** Names of parameters in full, whose gradient is +0 and takes no computing. */
  readonly freeze?: readonly string[];
}

/** Bounds shared by the flags and by what a peer may send. */
export const BOUNDS = {
  batchSize: { min: 1, max: 65_536 },
  leafRows: { min: 1, max: 256 },
  seed: { min: 0, max: 2 ** 32 - 1 },
  totalSteps: { min: 1, max: 2 ** 31 - 1 },
  hiddenLayers: { max: 64 },
} as const;

const within = ({ min, max }: { readonly min: number; readonly max: number }): Check<number> =>
  integer(min, max);
const units = integer(1, MAX_UNITS);
const rows = integer(1, 2 ** 31 - 1);
const positive = finite(Number.MIN_VALUE);

/** What the kinds of `nn` check themselves. */
export const resolvedBy =
  <T>(what: string, resolve: (value: unknown) => T): Check<T> =>
  (value, path) => {
    try {
      return resolve(value);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      throw new Mismatch(path, `${what} (${error.message})`);
    }
  };

/** Runs of earlier versions say `exact-1`, whose bits `exact-2` gives. */
const contract: Check<'exact-2'> = (value, path) => {
  oneOf(['exact-2', 'exact-1'])(value, path);
  return 'exact-2';
};

/** The fields of a configuration that workers and coordinators check alike; the model is not one of them. */
export const workerFields = {
  contract,
  dataset: object(
    {
      name: text(1024),
      sha256: hex(64),
      trainRows: rows,
      featureCount: units,
      classCount: units,
    },
    { testSha256: hex(64), target: oneOf(['labels', 'numbers']) },
  ),
  standardisation: object({ mean: finite(), deviation: positive }),
  batchSize: within(BOUNDS.batchSize),
  leafRows: within(BOUNDS.leafRows),
  learningRate: positive,
  seed: within(BOUNDS.seed),
  totalSteps: within(BOUNDS.totalSteps),
};

const checkWorkerConfig = object(
  { ...workerFields, model: resolvedBy('a model', receivedModel) },
  { freeze: list(text(200), 1, 512) },
);

/**
 * What a coordinator tells a worker of its run, from JSON text.
 * @throws {ConfigError} `bad-config` naming the first field that is wrong
 */
export function parseWorkerConfigJson(json: string): WorkerConfig {
  const config = checkedConfig(checkWorkerConfig, jsonOf(json));
  const frozen = new Set(config.freeze);
  if (layoutOf(config.model).slots.some(({ name }) => !frozen.has(name))) return config;
  throw new ConfigError(
    'bad-config',
    'the run configuration is not valid: freeze: every parameter is frozen',
  );
}

/** A configuration whose fields are right one by one, and in which model and data fit. @throws {ConfigError} `bad-config` */
export function checkedConfig<C extends WorkerConfig>(check: Check<C>, value: unknown): C {
  const config = passed(check, value);
  const { dataset } = config;
  const [inputs, outputs] = [sizeOf(config.model.input), outputCountOf(config.model)];
  if (inputs === dataset.featureCount && outputs === dataset.classCount) {
    const misfit = targetMisfit(config.model.loss, dataset.target);
    if (misfit === undefined) return config;
    throw new ConfigError('bad-config', `model.loss: ${misfit}`);
  }
  throw new ConfigError(
    'bad-config',
    `the model has ${inputs} inputs and ${outputs} outputs, and rows of ${dataset.name} have ` +
      `${dataset.featureCount} features and ${describeTarget(dataset)}: change the model's first or last layer`,
  );
}

const describeTarget = ({ classCount, target }: WorkerConfig['dataset']): string =>
  target === undefined ? `one of ${classCount} classes` : `${classCount} ${target} each`;

function passed<C>(check: Check<C>, value: unknown): C {
  try {
    return check(value, '');
  } catch (cause) {
    if (!(cause instanceof Mismatch)) throw cause;
    throw new ConfigError('bad-config', `the run configuration is not valid: ${cause.message}`, { cause });
  }
}

/** @throws {ConfigError} `bad-config` */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ConfigError('bad-config', 'the run configuration is not JSON', { cause });
  }
}
