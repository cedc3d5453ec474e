import type * as v from 'valibot';
import type { TargetKind } from '@lockstep/data';
import type { Kind } from '../kinds/kind-list.ts';

/** Rows that were answered: what a network said, and what it should have said. */
export interface MetricRows {
  /** [rows, width] */
  readonly outputs: Float32Array;
  /** [rows, width]: of a class a one in its place, of an only output 0 or 1; or values. */
  readonly targets: Float32Array;
  readonly rows: number;
  readonly width: number;
  /** What the targets are. */
  readonly target: TargetKind;
  /** An only output says class 1 above this and class 0 below; of labels each output says yes above it and no below. */
  readonly threshold: number;
}

/** A number, or of a confusion matrix or a report by class its rows. */
export type MetricValue = number | readonly (readonly number[])[];

/**
 * One kind of metric. What it has to know of some rows is a tally: flat float64 numbers, which two groups of rows join to that of
 * both. A leaf's rows are tallied in order and the leaves' tallies joined up the tree, so that whoever tallies which rows changes no bit,
 * and a metric may steer a run (contract, sections 3 and 4).
 */
export interface MetricKind<S extends Kind = Kind> extends Kind {
  readonly type: S['type'];
  /** From what a person gives to what a run keeps, every default filled in. */
  readonly schema: v.GenericSchema<unknown, S>;
  /** What its targets may be. */
  readonly targets: readonly TargetKind[];
  /** Which of two values is better; nothing where they have no order. */
  readonly best: 'highest' | 'lowest' | undefined;
  /** What it goes by where several are shown: "top-5". */
  label(spec: S): string;
  tally(spec: S, rows: MetricRows): Float64Array;
  /** Neither argument is changed. */
  join(left: Float64Array, right: Float64Array): Float64Array;
  /** @param width outputs of a row @param target what the targets were @returns NaN where it is not defined for such rows */
  value(spec: S, tally: Float64Array, width: number, target: TargetKind): MetricValue;
}

/** The tally of both: number by number, one addition each. */
export const joinBySums = (left: Float64Array, right: Float64Array): Float64Array =>
  left.map((sum, index) => sum + right[index]!);

/** The tally of both: the left one, then the right one. */
export function joinByRows(left: Float64Array, right: Float64Array): Float64Array {
  const both = new Float64Array(left.length + right.length);
  both.set(left);
  both.set(right, left.length);
  return both;
}
