import type { RunConfig } from '@lockstep/config';
import { layoutOf, outputCountOf } from '@lockstep/nn';
import type { RunShape } from '@lockstep/protocol';
import { mostRowsOf } from './most-rows.ts';

/** The sizes of a run's messages, from which `protocol` has the bounds of its frames. */
export const runShapeOf = (config: RunConfig): RunShape => ({
  parameterCount: layoutOf(config.model).length,
  featureCount: config.dataset.featureCount,
  ...(config.dataset.target !== undefined && { targetWidth: config.dataset.classCount }),
  outputCount: outputCountOf(config.model),
  maxRowCount: mostRowsOf(config),
});
