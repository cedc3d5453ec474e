import type { RunConfig } from '@lockstep/config';
import { evaluationPartRows } from '@lockstep/nn';

/** The most rows that a worker of a run is given at once: a mini-batch, or a part of an evaluation. */
export const mostRowsOf = ({ batchSize, leafRows }: Pick<RunConfig, 'batchSize' | 'leafRows'>): number =>
  Math.max(batchSize, evaluationPartRows(leafRows));
