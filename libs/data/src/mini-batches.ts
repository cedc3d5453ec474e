/** How an epoch is cut into mini-batches: `batchSize` rows each, the last with what remains. */
export interface EpochCut {
  /** Rows of an epoch. */
  readonly trainRows: number;
  /** Rows of a mini-batch. */
  readonly batchSize: number;
}

/** Mini-batches, and so steps, of an epoch. */
export const stepsPerEpoch = ({ trainRows, batchSize }: EpochCut): number => Math.ceil(trainRows / batchSize);

/** Rows of the mini-batch of `step`, counted from the start of the run; the last of an epoch may be short. */
export function rowCountOfStep(cut: EpochCut, step: number): number {
  const firstRow = (step % stepsPerEpoch(cut)) * cut.batchSize;
  return Math.min(cut.batchSize, cut.trainRows - firstRow);
}
