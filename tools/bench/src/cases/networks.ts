import { perceptron, type TrainingWork } from '../contenders/training-work.ts';

/** A network and the mini-batch it is trained with. */
export interface MeasuredNetwork {
  /** "784-512-256-10, batch 256". */
  readonly name: string;
  readonly work: TrainingWork;
  /** Rows of a leaf of the tree. */
  readonly leafRows: number;
  /** What `lockstep train` is told about it, on MNIST. */
  readonly args: readonly string[];
}

function network(hidden: readonly number[], rows: number, leafRows: number): MeasuredNetwork {
  const sizes = [784, ...hidden, 10];
  return {
    name: `${sizes.join('-')}, batch ${rows}`,
    leafRows,
    work: { model: perceptron(...sizes), rows, learningRate: 0.01 },
    args: [
      ...['--hidden', hidden.join(','), '--batch-size', String(rows)],
      ...['--leaf-rows', String(leafRows), '--lr', '0.01'],
    ],
  };
}

/** The specification's. */
export const specified = network([128], 64, 8);
/** With leaves as `lockstep train` makes them where nobody says otherwise. */
export const small = network([512, 256], 256, 8);
/** With 64 leaves: enough for 64 workers. */
export const large = network([1024, 1024], 1024, 16);
