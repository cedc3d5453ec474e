import { sizeOf, type Shape } from '../layers/layer.ts';
import { memoryFor } from '../memory.ts';
import { planOf } from '../network/plan.ts';
import { ROWS } from '../network/placed-layers.ts';
import { INPUT, type ModelSpec } from './model-spec.ts';

/** A layer of a summary. */
export interface LayerSummary {
  readonly name: string;
  readonly type: string;
  /** Names of what it reads. */
  readonly from: readonly string[];
  /** Of one row. */
  readonly outputShape: Shape;
  readonly parameterCount: number;
  /** Multiplications and additions for one row, forward. */
  readonly operations: number;
  /** Of them in a step, with the way back: about as many for the error of its input and for its gradient each, where those are wanted. */
  readonly stepOperations: number;
}

/** What a model is and takes. */
export interface ModelSummary {
  readonly input: Shape;
  readonly layers: readonly LayerSummary[];
  readonly loss: string;
  readonly parameterCount: number;
  /** How many of them are frozen. */
  readonly frozenCount: number;
  /** Multiplications and additions for one row, forward. */
  readonly operations: number;
  /** About as many in a step. */
  readonly stepOperations: number;
  /** What one process that computes whole mini-batches holds: weights, gradient, every buffer of the rows, packing. */
  readonly memoryBytes: number;
  /** What a worker receives in a step, rows of bytes apart: the weights; as much goes back as gradient. */
  readonly weightBytes: number;
}

/**
 * @param batchSize rows of a mini-batch
 * @param frozen names of parameters that are not learned
 * @throws {NetworkError} `bad-model`
 */
export function summaryOf(
  model: ModelSpec,
  batchSize: number,
  frozen: ReadonlySet<string> = new Set(),
): ModelSummary {
  const { layers: planned } = planOf(model, frozen);
  const layers = planned.map((layer): LayerSummary => {
    const { spec, kind, from, inputShape, outputShape, slots, isLearned, inputError } = layer;
    const operations =
      kind.operations?.(spec, inputShape) ?? (kind.isView === true ? 0 : sizeOf(outputShape));
    const passes = 1 + Number(inputError !== undefined) + Number(isLearned.includes(true));
    return {
      name: spec.name,
      type: spec.type,
      from: from.map((at) => (at === ROWS ? INPUT : planned[at]!.spec.name)),
      outputShape,
      parameterCount: slots.reduce((sum, { length }) => sum + length, 0),
      operations,
      stepOperations: passes * operations,
    };
  });
  const parameterCount = layers.reduce((sum, layer) => sum + layer.parameterCount, 0);
  const { tensorBytes, scratchBytes } = memoryFor(model, batchSize);
  return {
    input: model.input,
    layers,
    loss: model.loss.type,
    parameterCount,
    frozenCount: planned
      .flatMap(({ slots }) => slots)
      .reduce((sum, { name, length }) => sum + (frozen.has(name) ? length : 0), 0),
    operations: layers.reduce((sum, layer) => sum + layer.operations, 0),
    stepOperations: layers.reduce((sum, layer) => sum + layer.stepOperations, 0),
    memoryBytes: tensorBytes + scratchBytes,
    weightBytes: 4 * parameterCount,
  };
}
