import type { MetricRows } from './metric.ts';

/** What a row says that does not prefer one class. */
export const NO_CLASS = -1;

/** How many classes there are: an only output tells two apart. */
export const classCountOf = (width: number): number => (width === 1 ? 2 : width);

/** The class that a row is of. */
export const classOf = ({ targets, width }: MetricRows, row: number): number =>
  width === 1 ? Number(targets[row]! > 0.5) : Math.max(0, largestOf(targets, row, width));

/**
 * The class whose output is larger than every other one's, or `NO_CLASS`. So a network that says the same of all classes, or something
 * that is not a number, is right about no row.
 */
export function predictedClass({ outputs, width, threshold }: MetricRows, row: number): number {
  if (width > 1) return largestOf(outputs, row, width);
  if (outputs[row]! > threshold) return 1;
  return outputs[row]! < threshold ? 0 : NO_CLASS;
}

/** The place of the number that is larger than every other of the row. */
function largestOf(values: Float32Array, row: number, width: number): number {
  const start = row * width;
  let best = 0;
  for (let c = 1; c < width; c++) if (values[start + c]! > values[start + best]!) best = c;
  for (let c = 0; c < width; c++)
    if (c !== best && !(values[start + c]! < values[start + best]!)) return NO_CLASS;
  return best;
}
