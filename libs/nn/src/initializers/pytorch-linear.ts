import * as v from 'valibot';
import type { InitializerKind } from './initializer.ts';
import { fillUniform } from './uniform.ts';

/**
 * Uniform on (-limit, limit), limit = 1 / sqrt(inputs): what PyTorch gives weights and biases of its linear layers, which it writes as
 * He's with slope sqrt(5).
 */
export interface PytorchLinear {
  readonly type: 'pytorch-linear';
}

export const pytorchLinear: InitializerKind<PytorchLinear> = {
  type: 'pytorch-linear',
  schema: v.strictObject({ type: v.literal('pytorch-linear') }),
  fill: (at) => fillUniform(at, 1 / Math.sqrt(at.fans.inputs)),
};
