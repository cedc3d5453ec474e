import {
  frozenLayout,
  frozenOf,
  keptSchedule,
  hasMomentum,
  layoutOf,
  metricMisfit,
  momentumAt,
  type MetricSpec,
  type ModelSpec,
  NetworkError,
  type OptimizerSpec,
  resolveMetrics,
  resolveModel,
  resolveOptimizer,
  resolveSteering,
  type ScheduleSpec,
  segmentsOf,
  type SteeringSpec,
} from '@lockstep/nn';
import { hex, integer, list, object, part, text } from './checks.ts';
import { ConfigError } from './config-error.ts';
import { checkedConfig, jsonOf, resolvedBy, workerFields, type WorkerConfig } from './worker-config.ts';

/**
 * Everything the bits of a run follow from. Two runs with equal configurations end with equal weights, whoever computes them;
 * what may differ between them (workers, engines, ports, folders) is not in here.
 */
export interface RunConfig {
  readonly contract: 'exact-2';
  readonly dataset: {
    /** What `--dataset` said: "mnist", or a folder. For people; the data itself is known by `sha256`. */
    readonly name: string;
    /** sha256 over the training images and labels as bytes: a resumed run must see the same data. */
    readonly sha256: string;
    /** The same of the test rows, by which runs are judged; runs of earlier versions do not know it. */
    readonly testSha256?: string;
    /** Those that are learned from: without the ones held back for validation. */
    readonly trainRows: number;
    readonly featureCount: number;
    /** Outputs of the network: classes, or labels or numbers of a row. */
    readonly classCount: number;
    /** What rows are to come to where they have no class each: labels that are true of them or not, or numbers. */
    readonly target?: 'labels' | 'numbers';
  };
  /** Inputs: table[v] = fround((v/255 - mean)/deviation) for v = 0..255, computed in float64. */
  readonly standardisation: { readonly mean: number; readonly deviation: number };
  readonly model: ModelSpec;
  /** Rows of a mini-batch, over all workers; the last of an epoch may be shorter. */
  readonly batchSize: number;
  /** Rows of a leaf, 1 to 256. */
  readonly leafRows: number;
  readonly learningRate: number;
  /** How steps follow from gradients; w - lr * g where there is none. */
  readonly optimizer?: OptimizerSpec;
  /** Layers and parameters that no step changes, by their names, `*` for anything; none where left out. */
  readonly freeze?: readonly string[];
  /** How the learning rate goes from step to step; the same throughout where there is none. */
  readonly schedule?: ScheduleSpec;
  /** d of the moving average of the weights by which the run is judged, above 0 and below 1; no average where left out. */
  readonly ema?: number;
  /** 0 to 2^32 - 1. */
  readonly seed: number;
  /** Committed steps after which the run is finished. */
  readonly totalSteps: number;
  /** Every epoch is so many mini-batches, the first ones; all where left out. */
  readonly overfitBatches?: number;
  /** Training rows that are held back, and the steps after which the weights are judged on them; none where left out. */
  readonly validation?: { readonly rows: number; readonly every: number };
  /** What is shown of an evaluation beside loss and accuracy; nothing where left out. */
  readonly metrics?: readonly MetricSpec[];
  /** What the evaluations of those rows decide; nothing where left out. */
  readonly steering?: SteeringSpec;
  /** The weights it starts from, where they were given and do not follow from the seed: sha256 of their bytes. */
  readonly initialWeights?: { readonly sha256: string };
}

const allFields = { ...workerFields, model: resolvedBy('a model', resolveModel) };

const checkRunConfig = object(allFields, {
  initialWeights: object({ sha256: hex(64) }),
  optimizer: resolvedBy('an optimizer', resolveOptimizer),
  schedule: resolvedBy('a schedule', keptSchedule),
  freeze: list(text(200), 1, 256),
  ema: part,
  overfitBatches: integer(1, 2 ** 31 - 1),
  validation: object({ rows: integer(1, 2 ** 31 - 1), every: integer(1, 2 ** 31 - 1) }),
  metrics: resolvedBy('metrics', resolveMetrics),
  steering: resolvedBy('steering', resolveSteering),
});

/**
 * A run configuration from JSON that came from elsewhere: a checkpoint, a run's folder.
 * @throws {ConfigError} `bad-config` naming the first field that is wrong
 */
export function parseRunConfig(value: unknown): RunConfig {
  const config = checkedConfig(checkRunConfig, value);
  try {
    const layout = frozenLayout(layoutOf(config.model), config.freeze);
    if (config.optimizer !== undefined) segmentsOf(config.optimizer, layout);
    requireMomentum(config);
    requireMetrics(config);
  } catch (cause) {
    if (!(cause instanceof NetworkError)) throw cause;
    throw new ConfigError(
      'bad-config',
      `${cause.code === 'bad-freeze' ? 'what is frozen' : 'the optimizer'} does not fit the model: ${cause.message}`,
      { cause },
    );
  }
  return config;
}

/** @throws {ConfigError} `bad-config` where a schedule moves a momentum that the optimizer does not have */
function requireMomentum({ schedule, optimizer }: RunConfig): void {
  if (momentumAt(schedule, 0) === undefined || hasMomentum(optimizer)) return;
  throw new ConfigError(
    'bad-config',
    `schedule.momentum: ${optimizer?.type ?? 'sgd'} has no momentum here that it could move: take sgd or rmsprop with a momentum, ` +
      'adam, adamw, radam, lion or muon, or leave it out',
  );
}

/** @throws {ConfigError} `bad-config` where what is shown or monitored cannot judge such rows */
function requireMetrics({ dataset, metrics = [], steering }: RunConfig): void {
  const places: (readonly [place: string, spec: MetricSpec])[] = metrics.map(
    (spec, index) => [`metrics.${index}`, spec] as const,
  );
  if (steering?.monitor !== undefined) places.push(['steering.monitor', steering.monitor]);
  for (const [place, spec] of places) {
    const misfit = metricMisfit(spec, dataset.target);
    if (misfit !== undefined) throw new ConfigError('bad-config', `${place}: ${misfit}`);
  }
}

/** `parseRunConfig` of JSON text. @throws {ConfigError} `bad-config` */
export const parseRunConfigJson = (json: string): RunConfig => parseRunConfig(jsonOf(json));

/**
 * What workers are told of a run: all that their bits follow from. Test rows are no business of theirs, and those of versions
 * that know nothing of them refuse fields that they do not know.
 */
export function workerConfigOf(config: RunConfig): WorkerConfig {
  const {
    initialWeights: _weights,
    optimizer: _optimizer,
    freeze,
    schedule: _schedule,
    ema: _ema,
    overfitBatches: _batches,
    validation: _validation,
    metrics: _metrics,
    steering: _steering,
    ...ofWorkers
  } = config;
  const { testSha256: _, ...dataset } = config.dataset;
  const frozen = [...frozenOf(config.model, freeze)];
  return { ...ofWorkers, dataset, ...(frozen.length > 0 && { freeze: frozen }) };
}
