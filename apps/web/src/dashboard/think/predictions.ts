import type { Said } from './think-messages.ts';

/** What a network says of one row. */
export interface Prediction {
  /** Which sample. */
  readonly index: number;
  readonly label: number;
  readonly predicted: number;
  /** How much it is taken for each class, from 0 to 1. */
  readonly shares: readonly number[];
}

/** The class with the largest output; the first of equals. */
export function largest(outputs: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < outputs.length; index++) if (outputs[index]! > outputs[best]!) best = index;
  return best;
}

/** What the network says of every sample, the wrong ones first, otherwise in their order. */
export function predictionsOf({ outputs, shares }: Said, labels: Uint8Array): readonly Prediction[] {
  const classes = outputs.length / labels.length;
  const all = Array.from(labels, (label, index): Prediction => {
    const row = (values: Float32Array): Float32Array =>
      values.subarray(index * classes, (index + 1) * classes);
    return { index, label, predicted: largest(row(outputs)), shares: [...row(shares)] };
  });
  const isWrong = ({ label, predicted }: Prediction): boolean => label !== predicted;
  return [...all.filter(isWrong), ...all.filter((prediction) => !isWrong(prediction))];
}
