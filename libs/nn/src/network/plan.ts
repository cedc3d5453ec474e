import { sizeOf, type LayerKind } from '../layers/layer.ts';
import { lossKinds } from '../losses/index.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { NetworkError } from '../network-error.ts';
import { errorsOf, type ErrorPlan } from './error-plan.ts';
import { placedLayersOf, ROWS, type PlacedLayer } from './placed-layers.ts';

/** Which buffers a layer computes on; numbers are places in `NetworkPlan.widths`. */
export interface PlannedLayer extends PlacedLayer, ErrorPlan {
  /** Where its inputs lie, in the order of `from`; nothing for the rows themselves. */
  readonly inputs: readonly (number | undefined)[];
  /** Nothing where its output is the rows themselves. */
  readonly output: number | undefined;
  /** Where what it keeps between its passes lies. */
  readonly kept: readonly number[];
  /** What computes its output; nothing where the layer before does, in one pass with its own, or where there is nothing to compute. */
  readonly forward: LayerKind['forward'] | undefined;
  /** How many layers with parameters come before it. */
  readonly ordinal: number;
  /** Of each parameter, whether it is learned, and not frozen. */
  readonly isLearned: readonly boolean[];
}

/** What a network computes on: the memory of its rows is this list and nothing else. */
export interface NetworkPlan {
  readonly layers: readonly PlannedLayer[];
  /** Elements of one row of each buffer. */
  readonly widths: readonly number[];
  /** Where what the loss keeps of each row lies. */
  readonly keptByLoss: readonly number[];
  /** Elements of a row of the network's inputs. */
  readonly inputWidth: number;
  /** Elements of a row of its outputs, and of its labels. */
  readonly outputWidth: number;
}

/**
 * Lays out the buffers of `model`.
 * @param frozen names of parameters whose gradient is not computed, nor any error that only they would want
 * @throws {NetworkError} `bad-model`
 */
export function planOf(model: ModelSpec, frozen: ReadonlySet<string> = new Set()): NetworkPlan {
  const placed = placedLayersOf(model);
  if (placed.every(({ parameters }) => parameters.length === 0)) {
    throw new NetworkError('bad-model', 'model.layers: none of them has anything to learn');
  }
  const loss = lossKinds.of(model.loss.type);
  const outputWidth = sizeOf(placed.at(-1)!.outputShape);
  const misfit = loss.misfit?.(model.loss, outputWidth);
  if (misfit !== undefined) throw new NetworkError('bad-model', `model.loss: ${misfit}`);
  const widths: number[] = [];
  const buffer = (width: number): number => widths.push(width) - 1;
  const readers = readersOf(placed);
  const inPlace = placed.map((layer) => overwritesInput(layer, placed, readers));
  const outputs: (number | undefined)[] = [];
  for (const [index, layer] of placed.entries()) {
    const source = outputs[layer.from[0]!];
    const isOver = layer.kind.isView ?? inPlace[index]!;
    outputs.push(isOver ? source : buffer(sizeOf(layer.outputShape)));
  }
  const areLearned = placed.map(({ slots }) => slots.map(({ name }) => !frozen.has(name)));
  const learnsItself = areLearned.map((ofLayer) => ofLayer.includes(true));
  const errors = errorsOf(placed, learnsItself, readers, buffer);
  const forwards = forwardsOf(placed, inPlace);
  let ordinal = 0;
  const layers = placed.map((layer, index): PlannedLayer => ({
    ...layer,
    ...errors[index]!,
    inputs: layer.from.map((at) => outputs[at]),
    output: outputs[index],
    kept: layer.buffers.map((shape) => buffer(sizeOf(shape))),
    forward: forwards[index],
    isLearned: areLearned[index]!,
    ordinal: layer.parameters.length > 0 ? ordinal++ : ordinal,
  }));
  return {
    layers,
    widths,
    keptByLoss: (loss.keeps?.(outputWidth) ?? []).map(buffer),
    inputWidth: sizeOf(model.input),
    outputWidth,
  };
}

/** Values that the network gives for a row. @throws {NetworkError} `bad-model` */
export const outputCountOf = (model: ModelSpec): number => sizeOf(placedLayersOf(model).at(-1)!.outputShape);

/** Of each layer, the layers that read it, in ascending order, once for each time. @throws {NetworkError} `bad-model` */
function readersOf(placed: readonly PlacedLayer[]): readonly (readonly number[])[] {
  const readers = placed.map((): number[] => []);
  for (const [index, { from }] of placed.entries()) {
    for (const at of from) if (at !== ROWS) readers[at]!.push(index);
  }
  const unread = readers.findIndex((of, index) => of.length === 0 && index < placed.length - 1);
  if (unread === -1) return readers;
  const { type, name } = placed[unread]!.spec;
  throw new NetworkError(
    'bad-model',
    `model.layers.${unread} (${type} "${name}"): nothing reads it; name it in a "from", or leave it out`,
  );
}

/** Whether a layer's output may lie where its input lay: nothing reads that input again. */
function overwritesInput(
  { kind, from }: PlacedLayer,
  placed: readonly PlacedLayer[],
  readers: readonly (readonly number[])[],
): boolean {
  if (!kind.isInPlace || kind.needs.input) return false;
  let at = from[0]!;
  for (;;) {
    if (at === ROWS || readers[at]!.length > 1) return false;
    const before = placed[at]!;
    if (before.kind.isView === undefined) return !before.kind.needs.output;
    at = before.from[0]!;
  }
}

/** What computes each layer's output: pairs in one pass where the first kind knows how. */
function forwardsOf(
  placed: readonly PlacedLayer[],
  inPlace: readonly boolean[],
): readonly (LayerKind['forward'] | undefined)[] {
  const forwards: (LayerKind['forward'] | undefined)[] = [];
  for (let index = 0; index < placed.length; index++) {
    const { kind } = placed[index]!;
    const next = placed[index + 1];
    const isNext = next !== undefined && next.from[0] === index && inPlace[index + 1]!;
    const together = isNext ? kind.forwardWith?.[next.spec.type] : undefined;
    forwards.push(kind.isView === true ? undefined : (together ?? kind.forward));
    if (together === undefined) continue;
    forwards.push(undefined);
    index++;
  }
  return forwards;
}
