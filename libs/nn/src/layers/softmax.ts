import * as v from 'valibot';
import { sizeOf, type LayerKind, type Shape } from './layer.ts';

/**
 * p = e / sum(e) with e = exp(y - m) and m the largest y, along the last axis (contract, section 4: the sum is one of interleaved lanes).
 * Before the losses of logits, such as cross-entropy, there is none.
 */
export interface SoftmaxSpec {
  readonly type: 'softmax';
}

/** Rows of the last axis in each row. */
const positionsOf = (shape: Shape): number => sizeOf(shape.slice(0, -1));

export const softmax: LayerKind<SoftmaxSpec> = {
  type: 'softmax',
  schema: v.strictObject({ type: v.literal('softmax') }),
  needs: { input: false, output: true },
  isInPlace: false,
  outputShape: (_spec, input) => input,
  parameters: () => [],
  buffers: (_spec, input) => [[positionsOf(input)]],
  forward: ({ backend, rows, inputShape, input, output, buffers }) => {
    const ofRow = buffers[0]!;
    const [count, width] = [rows * positionsOf(inputShape), inputShape.at(-1)!];
    backend.rowMaxima(ofRow, input, count, width);
    backend.map('subtractRow', [output], [input, ofRow]);
    backend.map('exp', [output], [output]);
    backend.rowSums(ofRow, output, count, width);
    backend.map('divideRow', [output], [output, ofRow]);
  },
  // dY = p * (dp - sum(dp * p))
  backward: ({ backend, rows, inputShape, output, outputError, inputError, buffers }) => {
    const dots = buffers[0]!;
    backend.rowDots(dots, outputError, output, rows * positionsOf(inputShape), inputShape.at(-1)!);
    backend.map('softmaxBackward', [inputError!], [outputError, output, dots]);
  },
};
