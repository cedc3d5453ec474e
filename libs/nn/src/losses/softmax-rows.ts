import { log } from '@lockstep/math';
import type { LossRun } from './loss.ts';

/** What `softmaxRows` keeps of each row: the largest output m, and the sum of exp(out - m). */
export const SOFTMAX_KEEPS = [1, 1];

/**
 * Writes into `error` p = exp(out - m) / sum, with m the row's largest output and the sum that of the row's lanes, and keeps both. All
 * float32, each operation rounded.
 */
export function softmaxRows({ backend, outputs, error, rows, width, kept }: LossRun): void {
  const [maxima, sums] = kept as readonly [Float32Array, Float32Array];
  backend.rowMaxima(maxima, outputs, rows, width);
  backend.map('subtractRow', [error], [outputs, maxima]);
  backend.map('exp', [error], [error]);
  backend.rowSums(sums, error, rows, width);
  backend.map('divideRow', [error], [error, sums]);
}

/** -ln p of an output, in float64, from what `softmaxRows` kept; finite where p is too small for a float32. */
export const surprise = ({ kept, outputs, width }: LossRun, row: number, j: number): number =>
  log(kept[1]![row]!) + kept[0]![row]! - outputs[row * width + j]!;
