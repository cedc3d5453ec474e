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
}

/** What a model is and takes. */
export interface ModelSummary {
  readonly input: Shape;
  readonly layers: readonly LayerSummary[];
  readonly loss: string;
  readonly parameterCount: number;
  /** Multiplications and additions for one row, forward; a step takes about three times as many. */
  readonly operations: number;
  /** What one process that computes whole mini-batches holds: weights, gradient, every buffer of the rows, packing. */
  readonly memoryBytes: number;
  /** What a worker receives in a step, rows of bytes apart: the weights; as much goes back as gradient. */
  readonly weightBytes: number;
}

/** @param batchSize rows of a mini-batch @throws {NetworkError} `bad-model` */
export function summaryOf(model: ModelSpec, batchSize: number): ModelSummary {
  const { layers: planned } = planOf(model);
  const layers = planned.map(({ spec, kind, from, inputShape, outputShape, slots }): LayerSummary => ({
    name: spec.name,
    type: spec.type,
    from: from.map((at) => (at === ROWS ? INPUT : planned[at]!.spec.name)),
    outputShape,
    parameterCount: slots.reduce((sum, { length }) => sum + length, 0),
    operations: kind.operations?.(spec, inputShape) ?? (kind.isView === true ? 0 : sizeOf(outputShape)),
  }));
  const parameterCount = layers.reduce((sum, layer) => sum + layer.parameterCount, 0);
  const { tensorBytes, scratchBytes } = memoryFor(model, batchSize);
  return {
    input: model.input,
    layers,
    loss: model.loss.type,
    parameterCount,
    operations: layers.reduce((sum, layer) => sum + layer.operations, 0),
    memoryBytes: tensorBytes + scratchBytes,
    weightBytes: 4 * parameterCount,
  };
}
