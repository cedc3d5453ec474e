import { stepsPerEpoch } from '@lockstep/data';
import type { RunConfig } from './run-config.ts';

/** Mini-batches of one epoch; the last may be short. It is in a file of its own, so that a page does not load what checks configurations. */
export const stepsPerEpochOf = (config: Pick<RunConfig, 'batchSize' | 'dataset'>): number =>
  stepsPerEpoch({ trainRows: config.dataset.trainRows, batchSize: config.batchSize });
