import { layerKinds, type LayerSpec } from '../layers/index.ts';
import { sizeOf, type LayerKind, type LayerSums, type Shape } from '../layers/layer.ts';
import { NetworkError } from '../network-error.ts';
import { examplesOf } from './examples.ts';
import { GoldenNumbers, type Kind } from './golden-numbers.ts';
import type { GoldenPart, Keep } from './golden-part.ts';

/** Of one row; a kind takes those that suit it. */
const SHAPES: readonly Shape[] = [[1], [5], [37], [3, 4], [5, 6, 3]];
const NUMBERS: readonly Kind[] = ['ordinary', 'halfway', 'subnormal', 'zeros', 'bending', 'extreme'];
const [ROWS, LEAF_ROWS] = [7, 3];
/** Far into a run, where counters are large. */
const PASS = { seed: 5, step: 70_000, firstRow: 65_530 };

/** Forward and back on one shape, and the gradient. */
function compute(
  kind: LayerKind,
  spec: LayerSpec,
  shapes: readonly [Shape, ...Shape[]],
  outputShape: Shape,
  { backend, numbers, of, keep }: Materials,
): void {
  const inputs = shapes.map((shape) => numbers.tensor(ROWS * sizeOf(shape), of));
  const parameters = kind.parameters(spec, shapes[0]).map(({ shape }) => sizeOf(shape));
  const run: LayerSums = {
    ...{ spec, backend, rows: ROWS, index: 2, pass: PASS, leafRows: LEAF_ROWS },
    ...{ ordinal: 0, share: 0, shares: 1 },
    ...{ inputShape: shapes[0], outputShape, inputs, input: inputs[0]! },
    parameters: parameters.map((length) => numbers.tensor(length, 'ordinary')),
    buffers: (kind.buffers?.(spec, shapes[0]) ?? []).map((shape) => backend.allocate(ROWS * sizeOf(shape))),
    output: backend.allocate(ROWS * sizeOf(outputShape)),
    outputError: numbers.tensor(ROWS * sizeOf(outputShape), of),
    inputError: backend.allocate(ROWS * sizeOf(shapes[0])),
    gradients: parameters.map((length) => backend.allocate(length)),
  };
  kind.forward(run);
  keep(run.output);
  if (kind.passesError === undefined) {
    kind.backward(run);
    keep(run.inputError!);
  }
  kind.accumulate?.(run);
  for (const gradient of run.gradients) keep(gradient!);
}

interface Materials {
  readonly backend: LayerSums['backend'];
  readonly numbers: GoldenNumbers;
  readonly of: Kind;
  readonly keep: Keep;
}

/** What it makes of such inputs; nothing where they do not suit it. */
function outputShapeOf(
  kind: LayerKind,
  spec: LayerSpec,
  shapes: readonly [Shape, ...Shape[]],
): Shape | undefined {
  try {
    return kind.outputShape(spec, ...shapes);
  } catch (error) {
    if (error instanceof NetworkError) return undefined;
    throw error;
  }
}

const partOf = (kind: LayerKind): GoldenPart => ({
  name: `layer ${kind.type}`,
  run: (backend, keep) => {
    const numbers = new GoldenNumbers(backend);
    for (const spec of examplesOf(kind, kind.schema)) {
      for (const shape of SHAPES) {
        const shapes = kind.mostInputs === undefined ? ([shape] as const) : ([shape, shape] as const);
        const outputShape = outputShapeOf(kind, spec as LayerSpec, shapes);
        if (outputShape === undefined) continue;
        for (const of of NUMBERS) {
          compute(kind, spec as LayerSpec, shapes, outputShape, { backend, numbers, of, keep });
        }
      }
    }
  },
});

/** Each kind of layer that computes anything: its outputs, what it hands back, its gradient. */
export const layerParts = (): readonly GoldenPart[] =>
  layerKinds.types
    .map((type) => layerKinds.of(type))
    .filter(({ isView }) => isView === undefined)
    .map(partOf);
