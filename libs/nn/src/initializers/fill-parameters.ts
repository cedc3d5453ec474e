import { Philox } from '@lockstep/math';
import { STREAMS } from '@lockstep/data';
import { viewOf } from '../layout.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { placedLayersOf } from '../network/placed-layers.ts';
import type { InitializerSpec } from './index.ts';
import { fansOf, type InitializerRun } from './initializer.ts';

/**
 * Has every parameter of `spec` written, each with draws from a place of its own in the Philox stream of `seed` (contract, section 4).
 * @param out flat, in the layout of `spec`; overwritten
 */
export function fillParameters(
  spec: ModelSpec,
  seed: number,
  out: Float32Array,
  fill: (at: InitializerRun<InitializerSpec>) => void,
): void {
  const generator = new Philox(seed, STREAMS.initialWeights);
  const withParameters = placedLayersOf(spec).filter(({ parameters }) => parameters.length > 0);
  withParameters.forEach(({ parameters, slots }, layer) => {
    parameters.forEach(({ initializer, shape, fans = fansOf(shape) }, parameter) =>
      fill({
        ...{ spec: initializer, out: viewOf(out, slots[parameter]!), shape, fans },
        draws: { generator, parameter, layer },
      }),
    );
  });
}
