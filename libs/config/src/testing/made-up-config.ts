import { perceptronModel } from '@lockstep/nn';
import { parseRunConfig, type RunConfig } from '../run-config.ts';

/** What a test cares for in a run; all else is as `madeUpConfig` has it. */
export interface MadeUpRun extends Partial<Omit<RunConfig, 'contract' | 'dataset' | 'model'>> {
  /** Units of each layer: the features first, the classes last. */
  readonly sizes?: readonly number[];
  readonly outputActivation?: string;
  readonly dataset?: Partial<Omit<RunConfig['dataset'], 'featureCount' | 'classCount'>>;
}

/**
 * A run on data that nobody has: 640 rows of 6 features and 3 classes, layers of 6, 5 and 3 units, 2 epochs of 10 steps with 8
 * leaves of 8 rows, and what `changes` say of it.
 * @throws {ConfigError} `bad-config` where they make it a run that cannot be
 */
export function madeUpConfig(changes: MadeUpRun = {}): RunConfig {
  const { sizes = [6, 5, 3], outputActivation = 'linear', dataset, ...others } = changes;
  return parseRunConfig({
    contract: 'exact-2',
    dataset: {
      name: 'made up',
      sha256: '0'.repeat(64),
      trainRows: 640,
      featureCount: sizes[0],
      classCount: sizes.at(-1),
      ...dataset,
    },
    standardisation: { mean: 0.5, deviation: 0.25 },
    model: perceptronModel({ sizes, outputActivation }),
    batchSize: 64,
    leafRows: 8,
    learningRate: 0.1,
    seed: 4,
    totalSteps: 20,
    ...others,
  });
}
