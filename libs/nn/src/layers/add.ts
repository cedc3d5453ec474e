import * as v from 'valibot';
import { NetworkError } from '../network-error.ts';
import type { LayerKind, Shape } from './layer.ts';

/** The sum of the layers named in `from`, element by element, in their order: a residual connection (He et al. 2015, arXiv 1512.03385). */
export interface AddSpec {
  readonly type: 'add';
}

const MOST_INPUTS = 16;

export const add: LayerKind<AddSpec> = {
  type: 'add',
  schema: v.strictObject({ type: v.literal('add') }),
  needs: { input: false, output: false },
  isInPlace: false,
  mostInputs: MOST_INPUTS,
  passesError: true,
  outputShape: (_spec, first, ...others) => {
    if (others.length === 0) {
      throw new NetworkError('bad-model', 'reads one layer: name at least two in "from"');
    }
    const differs = others.find((shape: Shape) => String(shape) !== String(first));
    if (differs === undefined) return first;
    throw new NetworkError(
      'bad-model',
      `cannot add the shapes [${first.join(', ')}] and [${differs.join(', ')}]: have a dense layer make the one of the other`,
    );
  },
  parameters: () => [],
  forward: ({ backend, inputs: [first, second, ...others], output }) => {
    backend.map('add', [output], [first!, second!]);
    for (const input of others) backend.map('add', [output], [output, input]);
  },
  backward: () => undefined,
};
