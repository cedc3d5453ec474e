import { examplesOf } from '../golden/examples.ts';
import { describeLayer } from '../testing/describe-layer.ts';
import { layerKinds, type LayerSpec } from './index.ts';
import type { Shape } from './layer.ts';

/** More of a kind than its defaults and its own examples. */
const EXAMPLES: {
  readonly [Type in LayerSpec['type']]?: readonly (readonly [
    LayerSpec & { type: Type },
    Shape,
    ...Shape[],
  ])[];
} = {
  dense: [
    [{ type: 'dense', units: 6 }, [5]],
    [{ type: 'dense', units: 1 }, [17]],
    [{ type: 'dense', units: 19 }, [3, 2]],
  ],
  sigmoid: [
    [{ type: 'sigmoid' }, [7]],
    [{ type: 'sigmoid' }, [2, 3]],
  ],
  tanh: [[{ type: 'tanh' }, [7]]],
  relu: [[{ type: 'relu' }, [7]]],
  'leaky-relu': [
    [{ type: 'leaky-relu', slope: 0.01 }, [7]],
    [{ type: 'leaky-relu', slope: 0 }, [5]],
  ],
  elu: [
    [{ type: 'elu', alpha: 1 }, [7]],
    [{ type: 'elu', alpha: 0.25 }, [5]],
  ],
  gelu: [[{ type: 'gelu' }, [7]]],
  'gelu-tanh': [[{ type: 'gelu-tanh' }, [7]]],
  silu: [[{ type: 'silu' }, [7]]],
  softplus: [[{ type: 'softplus' }, [7]]],
  'hard-sigmoid': [[{ type: 'hard-sigmoid' }, [7]]],
  dropout: [
    [{ type: 'dropout', rate: 0.4 }, [7]],
    [{ type: 'dropout', rate: 0 }, [2, 3]],
  ],
  softmax: [
    [{ type: 'softmax' }, [7]],
    [{ type: 'softmax' }, [3, 19]],
  ],
  'layer-norm': [
    [{ type: 'layer-norm', epsilon: 1e-5 }, [7]],
    [{ type: 'layer-norm', epsilon: 0.5 }, [37]],
    [{ type: 'layer-norm', epsilon: 0.1 }, [4, 5]],
    [{ type: 'layer-norm', epsilon: 0.1, axes: 2 }, [3, 4, 5]],
    [{ type: 'layer-norm', epsilon: 0.1 }, [90, 3]],
  ],
  'rms-norm': [
    [{ type: 'rms-norm', epsilon: 1e-5 }, [7]],
    [{ type: 'rms-norm', epsilon: 0.5 }, [37]],
    [{ type: 'rms-norm', epsilon: 0.1, axes: 2 }, [3, 4, 5]],
    [{ type: 'rms-norm', epsilon: 0.1 }, [90, 3]],
  ],
  add: [
    [{ type: 'add' }, [5], [5]],
    [{ type: 'add' }, [2, 3], [2, 3], [2, 3]],
  ],
  reshape: [
    [{ type: 'reshape', shape: [3, 2] }, [6]],
    [{ type: 'reshape', shape: [4, -1] }, [2, 6]],
  ],
  flatten: [[{ type: 'flatten' }, [2, 3]]],
};

for (const [spec, ...inputShapes] of Object.values(EXAMPLES).flat()) describeLayer(spec, ...inputShapes);

// What a new kind has to pass without a line here.
for (const kind of layerKinds.types
  .filter((type) => !(type in EXAMPLES))
  .map((type) => layerKinds.of(type))) {
  for (const spec of examplesOf(kind, kind.schema)) describeLayer(spec as LayerSpec, [7]);
}
