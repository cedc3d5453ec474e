import type { Backend } from '@lockstep/math';
import { foldTree, leafCountOf } from '@lockstep/data';
import type * as v from 'valibot';

/** What a loss is, as data: its kind, and what that kind wants to know. */
export interface AnyLossSpec {
  readonly type: string;
}

/** What a loss computes on: the rows of one call, as views of exactly that length. */
export interface LossRun<S extends AnyLossSpec = AnyLossSpec> {
  readonly spec: S;
  readonly backend: Backend;
  readonly rows: number;
  /** The network's outputs, [rows, width]. */
  readonly outputs: Float32Array;
  /** What they should be, [rows, width]. */
  readonly labels: Float32Array;
  readonly width: number;
  /** [rows, width]: dloss/d(output), which stays as `gradient` left it until `sum` has read it. */
  readonly error: Float32Array;
  /** What the kind `keeps` of each row: as `gradient` leaves it `sum` finds it. */
  readonly kept: readonly Float32Array[];
}

/**
 * What a row's labels are: a one in the place of its class, shares of classes that add up to one, or any values. A class is a distribution
 * too, and both are values.
 */
export type LossTarget = 'class' | 'distribution' | 'values';

/** Outputs are shares as they are; or shares of each other; or each a yes or no of its own. */
export type Link = 'identity' | 'softmax' | 'sigmoid';

/** One kind of loss, a sum over rows. */
export interface LossKind<S extends AnyLossSpec = AnyLossSpec> {
  readonly type: S['type'];
  /** From what a person gives to what a run keeps, every default filled in. */
  readonly schema: v.GenericSchema<unknown, S>;
  /** Settings that the golden workload tries beside the defaults; at least one where a setting has no default. */
  readonly examples?: readonly Partial<Omit<S, 'type'>>[];
  /** The least that its labels have to be. */
  target(spec: S): LossTarget;
  /** What makes shares of classes of a network's outputs that learned by it. */
  readonly link: Link;
  /** Elements, of one row, of each buffer that `gradient` keeps for `sum`; none where left out. */
  keeps?(width: number): readonly number[];
  /** Why it cannot judge `width` outputs a row; nothing where it can. */
  misfit?(spec: S, width: number): string | undefined;
  /** What the rows of each class count; all the same where it gives nothing. */
  classWeights?(spec: S): readonly number[] | undefined;
  /** Writes `error`; each row from itself alone. */
  gradient(at: LossRun<S>): void;
  /** The float64 sum of the rows' losses up the tree of `leafRows`, after `gradient` (contract, section 3). */
  sum(at: LossRun<S>, leafRows: number): number;
}

/** Float64: the rows of a leaf from 0 upward, then the leaves up the tree. */
export const sumOfRows = (rows: number, leafRows: number, ofRow: (row: number) => number): number =>
  foldTree(
    leafCountOf(rows, leafRows),
    (leaf) => {
      const end = Math.min(rows, (leaf + 1) * leafRows);
      let sum = 0;
      for (let row = leaf * leafRows; row < end; row++) sum += ofRow(row);
      return sum;
    },
    (left, right) => left + right,
  );

/** `sumOfRows` where a row's loss is the mean of a term over its outputs: float64, outputs ascending, then one quotient. */
export const sumOfMeans = (
  { outputs, labels, rows, width }: LossRun,
  leafRows: number,
  term: (output: number, label: number, index: number) => number,
): number =>
  sumOfRows(rows, leafRows, (row) => {
    let sum = 0;
    for (let i = row * width; i < (row + 1) * width; i++) sum += term(outputs[i]!, labels[i]!, i);
    return sum / width;
  });

/** Writes dloss/d(output) element by element. */
export function eachError(
  { error, outputs, labels }: LossRun,
  slope: (output: number, label: number, index: number) => number,
): void {
  for (let i = 0; i < error.length; i++) error[i] = slope(outputs[i]!, labels[i]!, i);
}
