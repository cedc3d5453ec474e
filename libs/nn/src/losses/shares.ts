import { exp, sigmoid } from '@lockstep/math';
import { lossKinds, type LossSpec } from './index.ts';
import type { Link } from './loss.ts';

/** Of a row's outputs. */
const LINKS: Readonly<Record<Link, (outputs: Float32Array) => Float32Array>> = {
  identity: (outputs) => outputs.map((output) => Math.min(1, Math.max(0, output))),
  sigmoid: (outputs) => outputs.map((output) => sigmoid(output)),
  softmax: (outputs) => {
    const largest = Math.max(...outputs);
    const parts = outputs.map((output) => exp(Math.fround(output - largest)));
    const sum = parts.reduce((all, part) => all + part, 0);
    return parts.map((part) => part / sum);
  },
};

/**
 * How much a network that learned by `loss` takes each row for each class, from 0 to 1, for people to see.
 * @param outputs [rows, width]
 */
export function sharesOf(loss: LossSpec, outputs: Float32Array, width: number): Float32Array {
  const link = LINKS[lossKinds.of(loss.type).link];
  const shares = new Float32Array(outputs.length);
  for (let start = 0; start < outputs.length; start += width) {
    shares.set(link(outputs.subarray(start, start + width)), start);
  }
  return shares;
}

/** What an only output has to exceed to say class 1: half a share. */
export const thresholdOf = (loss: LossSpec): number =>
  lossKinds.of(loss.type).link === 'identity' ? 0.5 : 0;
