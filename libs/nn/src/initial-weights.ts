import { Philox } from '@lockstep/math';
import { STREAMS } from '@lockstep/data';
import { layerViewsOf, layoutOf } from './layout.ts';
import { layersOf, type ModelSpec } from './model.ts';

/** Odd integers from -(2^24 - 1) to 2^24 - 1: symmetric, never zero, and each exactly a float32. */
const HALF_RANGE = 2 ** 24;

/**
 * Glorot uniform initial weights (Glorot and Bengio 2010): W uniform on (-limit, limit), limit = sqrt(6 / (inputs + outputs));
 * B zero. Element [i, j] of layer l is an integer of Philox counter (0, l, i, j / 4) times one float32 (contract, section 4).
 * @param out flat, in the layout of `spec`; overwritten
 */
export function initialWeights(spec: ModelSpec, seed: number, out: Float32Array): void {
  const generator = new Philox(seed, STREAMS.initialWeights);
  const views = layerViewsOf(out, layoutOf(spec));
  layersOf(spec).forEach(({ inputs, outputs }, layer) => {
    const { weight, bias } = views[layer]!;
    const scale = Math.fround(Math.sqrt(6 / (inputs + outputs)) / HALF_RANGE);
    for (let i = 0; i < inputs; i++) {
      for (let j = 0; j < outputs; j++) {
        if (j % 4 === 0) generator.generate(0, layer, i, j / 4);
        const integer = 2 * (generator.words[j % 4]! >>> 8) - (HALF_RANGE - 1);
        weight[i * outputs + j] = Math.fround(integer * scale);
      }
    }
    bias.fill(0);
  });
}
