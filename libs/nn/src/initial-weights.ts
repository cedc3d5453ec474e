import { Philox } from '@lockstep/math';
import { STREAMS } from '@lockstep/data';
import { fansOf, initialize } from './initializers/index.ts';
import { viewOf } from './layout.ts';
import type { ModelSpec } from './model/model-spec.ts';
import { placedLayersOf } from './network/placed-layers.ts';

/**
 * Each parameter by its initializer, from the Philox stream of `seed` (contract, section 4).
 * @param out flat, in the layout of `spec`; overwritten
 */
export function initialWeights(spec: ModelSpec, seed: number, out: Float32Array): void {
  const generator = new Philox(seed, STREAMS.initialWeights);
  const withParameters = placedLayersOf(spec).filter(({ parameters }) => parameters.length > 0);
  withParameters.forEach(({ parameters, slots }, layer) => {
    parameters.forEach(({ initializer, shape, fans = fansOf(shape) }, parameter) =>
      initialize({
        ...{ spec: initializer, out: viewOf(out, slots[parameter]!), shape, fans },
        draws: { generator, parameter, layer },
      }),
    );
  });
}
