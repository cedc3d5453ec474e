import * as v from 'valibot';
import { KindList } from '../kinds/kind-list.ts';
import { badSpec, parseSpec } from '../kinds/parse-spec.ts';
import { binaryCrossEntropy } from './binary-cross-entropy.ts';
import { crossEntropy } from './cross-entropy.ts';
import { huber } from './huber.ts';
import { klDivergence } from './kl-divergence.ts';
import { sumOfRows, type AnyLossSpec, type LossKind } from './loss.ts';
import { meanAbsoluteError } from './mean-absolute-error.ts';
import { meanSquaredError } from './mean-squared-error.ts';
import { squaredError } from './squared-error.ts';

/** Every kind of loss: a new one is a file beside these, its test, and a line in this list. */
const KINDS = [
  squaredError,
  meanSquaredError,
  meanAbsoluteError,
  huber,
  crossEntropy,
  binaryCrossEntropy,
  klDivergence,
];

/** A loss as data. */
export type LossSpec = AnyLossSpec & Readonly<Record<string, unknown>>;

/** Every kind of loss by its type. */
export const lossKinds = new KindList<LossKind>(
  // A kind only ever meets specifications of its own type.
  KINDS.map((kind) => kind as unknown as LossKind),
);

const PLACE = { code: 'bad-model', path: 'model.loss' } as const;

/**
 * What a run keeps of the loss that a person gave: its name, or an object with a `type`.
 * @throws {NetworkError} `bad-model`
 */
export function resolveLoss(given: unknown): LossSpec {
  const named = typeof given === 'string' ? { type: given } : given;
  const { type } = parseSpec(v.looseObject({ type: v.string() }), named, PLACE);
  const kind = lossKinds.find(type);
  if (kind !== undefined) return parseSpec(kind.schema, named, PLACE) as LossSpec;
  throw badSpec(
    PLACE,
    'type',
    `expected one of ${lossKinds.types.join(', ')}, found ${JSON.stringify(type)}`,
  );
}

/**
 * What rows count together, by which the sums of their losses and gradients are divided (contract, section 3): their number, or where
 * classes have weights the float64 sum of those up the tree of `leafRows`.
 * @param classOf the class of a row
 */
export function weightSumOf(
  loss: LossSpec,
  rows: number,
  leafRows: number,
  classOf: (row: number) => number,
): number {
  const weights = lossKinds.of(loss.type).classWeights?.(loss);
  return weights === undefined ? rows : sumOfRows(rows, leafRows, (row) => weights[classOf(row)]!);
}
