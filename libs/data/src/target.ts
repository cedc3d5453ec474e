import { DataError } from './data-error.ts';

/**
 * What the rows of a dataset are to come to: each is of one class; or each of several labels is true of it or not (1 or 0, multi-label); or
 * it has numbers (regression).
 */
export const TARGET_KINDS = ['classes', 'labels', 'numbers'] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];

/** [rows] bytes, the class of each; or [rows, width] float32, labels that are 1 or 0, or finite numbers. */
export type Targets = Uint8Array | Float32Array;

/** Elements of one row of `targets`. @param width values of a row where they are no classes */
export const targetWidthOf = (targets: Targets, width: number): number =>
  targets instanceof Uint8Array ? 1 : width;

/** Rows that `targets` are of. @param width values of a row where they are no classes */
export const rowCountOfTargets = (targets: Targets, width: number): number =>
  targets.length / targetWidthOf(targets, width);

/** Those of the rows [start, end): a view. @param width values of a row where they are no classes */
export function targetsBetween(targets: Targets, start: number, end: number, width: number): Targets {
  const each = targetWidthOf(targets, width);
  return targets.subarray(start * each, end * each);
}

/**
 * What a loss compares the outputs with: a class as 1 in its place and +0 elsewhere, labels and numbers as they are.
 * @param out [rows, width], overwritten
 * @throws {DataError} `label-out-of-range`, `buffer-length`
 */
export function fillTargets(targets: Targets, width: number, out: Float32Array): void {
  if (targets instanceof Uint8Array) return oneHot(targets, width, out);
  checkLength('out', out, targets.length);
  out.set(targets);
}

/**
 * out[r, labels[r]] = 1, every other element +0: the target the specification's loss compares the outputs with.
 * @param out [labels.length, classCount], overwritten
 * @throws {DataError} `label-out-of-range`, `buffer-length`
 */
export function oneHot(labels: Uint8Array, classCount: number, out: Float32Array): void {
  checkLength('out', out, labels.length * classCount);
  out.fill(0);
  for (const [r, label] of labels.entries()) {
    if (label >= classCount) {
      const detail = `label ${label} where the run has ${classCount} classes`;
      throw new DataError('label-out-of-range', `${detail}; use labels 0 to ${classCount - 1}`);
    }
    out[r * classCount + label] = 1;
  }
}

/** @throws {DataError} `buffer-length` */
export function checkLength(what: string, buffer: Targets, length: number): void {
  if (buffer.length === length) return;
  throw new DataError('buffer-length', `${what} has ${buffer.length} elements; give it exactly ${length}`);
}
