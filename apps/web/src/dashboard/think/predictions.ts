/** What a network says of one row. */
export interface Prediction {
  /** Which sample. */
  readonly index: number;
  readonly label: number;
  readonly predicted: number;
  /** Outputs of the classes, from 0 to 1. */
  readonly shares: readonly number[];
}

/** The class with the largest output; the first of equals. */
export function largest(outputs: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < outputs.length; index++) if (outputs[index]! > outputs[best]!) best = index;
  return best;
}

/** Outputs held to 0 to 1: a linear output layer is trained towards these two. */
export const sharesOf = (outputs: Float32Array): readonly number[] =>
  [...outputs].map((value) => Math.min(1, Math.max(0, value)));

/** What the network says of every sample, the wrong ones first, otherwise in their order. */
export function predictionsOf(outputs: Float32Array, labels: Uint8Array): readonly Prediction[] {
  const classes = outputs.length / labels.length;
  const all = Array.from(labels, (label, index): Prediction => {
    const row = outputs.subarray(index * classes, (index + 1) * classes);
    return { index, label, predicted: largest(row), shares: sharesOf(row) };
  });
  const isWrong = ({ label, predicted }: Prediction): boolean => label !== predicted;
  return [...all.filter(isWrong), ...all.filter((prediction) => !isWrong(prediction))];
}
