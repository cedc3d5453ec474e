import { STREAMS } from '@lockstep/data';
import { Philox } from '@lockstep/math';
import * as v from 'valibot';
import { sizeOf, type LayerKind, type LayerRun } from './layer.ts';

/**
 * In training each element becomes 0 with probability `rate`, and x / (1 - rate) otherwise, so that its mean stays (Srivastava et al.
 * 2014, as PyTorch and Keras have it); a network that is judged or used leaves them alone.
 */
export interface DropoutSpec {
  readonly type: 'dropout';
  /** From 0, below 1. */
  readonly rate: number;
}

/** Where in the counter's last word a unit lies: four neighbours share a draw. */
const DRAWN_TOGETHER = 4;

export const dropout: LayerKind<DropoutSpec> = {
  type: 'dropout',
  schema: v.strictObject({
    type: v.literal('dropout'),
    rate: v.pipe(
      v.number(),
      v.minValue(0, 'expected a part from 0'),
      v.ltValue(1, 'expected a part below 1'),
    ),
  }),
  examples: [{ rate: 0.3 }, { rate: 0 }],
  needs: { input: false, output: false },
  isInPlace: true,
  outputShape: (_spec, input) => input,
  parameters: () => [],
  buffers: (_spec, input) => [input],
  forward: (at) => {
    const { spec, backend, input, output, buffers, pass } = at;
    if (pass === undefined) {
      if (output !== input) output.set(input);
      return;
    }
    drawKept(at);
    backend.map('dropout', [output], [input, buffers[0]!], [scaleOf(spec)]);
  },
  backward: ({ spec, backend, inputError, outputError, buffers }) => {
    backend.map('dropout', [inputError!], [outputError, buffers[0]!], [scaleOf(spec)]);
  },
};

const scaleOf = ({ rate }: DropoutSpec): number => 1 / (1 - rate);

/**
 * Which elements stay: 1 or 0 each. Of element `unit` of a row, word unit mod 4 of the Philox counter (step, layer, the row's place in
 * the step, unit / 4) decides: it stays where the word is at least rate * 2^32 (contract, section 4).
 */
function drawKept({ spec, index, rows, inputShape, buffers, pass }: LayerRun<DropoutSpec>): void {
  const { seed, step, firstRow } = pass!;
  const kept = buffers[0]!;
  const width = sizeOf(inputShape);
  const generator = new Philox(seed, STREAMS.dropout);
  const least = Math.floor(spec.rate * 2 ** 32);
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < width; unit++) {
      const word = unit % DRAWN_TOGETHER;
      if (word === 0) generator.generate(step, index, firstRow + row, unit / DRAWN_TOGETHER);
      kept[row * width + unit] = generator.words[word]! >= least ? 1 : 0;
    }
  }
}
