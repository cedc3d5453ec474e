import { parseRunConfig } from '@lockstep/config';

/** Of a small run on data that nobody has. */
export const madeUpConfig = parseRunConfig({
  contract: 'exact-1',
  dataset: { name: 'made up', sha256: '0'.repeat(64), trainRows: 640, featureCount: 6, classCount: 3 },
  standardisation: { mean: 0.5, deviation: 0.25 },
  model: { sizes: [6, 5, 3], hiddenActivation: 'sigmoid', outputActivation: 'linear', loss: 'squared-error' },
  batchSize: 64,
  leafRows: 8,
  learningRate: 0.1,
  seed: 4,
  totalSteps: 20,
});
