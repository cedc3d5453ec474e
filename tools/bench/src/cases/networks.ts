import { perceptron, type TrainingWork } from '../contenders/training-work.ts';

/** Rows of a leaf where nobody says otherwise: what `lockstep train` takes. */
export const DEFAULT_LEAF_ROWS = 8;

/** A network and the mini-batch it is trained with. */
export interface MeasuredNetwork {
  /** "784-512-256-10, batch 256". */
  readonly name: string;
  readonly work: TrainingWork;
  /** What `lockstep train` is told about it, on MNIST. */
  readonly args: readonly string[];
}

function network(hidden: readonly number[], rows: number): MeasuredNetwork {
  const sizes = [784, ...hidden, 10];
  return {
    name: `${sizes.join('-')}, batch ${rows}`,
    work: { model: perceptron(...sizes), rows, learningRate: 0.01 },
    args: ['--hidden', hidden.join(','), '--batch-size', String(rows), '--lr', '0.01'],
  };
}

export const small = network([512, 256], 256);
export const large = network([1024, 1024], 1024);
