import { NetworkError } from '../network-error.ts';
import { layoutOf, type ParameterLayout, type TensorSlot } from '../layout.ts';
import type { ModelSpec } from '../model/model-spec.ts';
import { patternOf } from './name-pattern.ts';

/** Parameters, and which of them no step changes. */
export interface TrainedLayout extends ParameterLayout {
  /** Their names. */
  readonly frozen?: ReadonlySet<string>;
}

/**
 * The layout with the parameters frozen that `freeze` names: each entry is the name of a parameter or of a layer, `*` standing for
 * anything ("layers.0", "*.bias").
 * @throws {NetworkError} `bad-freeze` where one fits none, with the names there are, or where nothing would be left to train
 */
export function frozenLayout(layout: ParameterLayout, freeze: readonly string[] = []): TrainedLayout {
  if (freeze.length === 0) return layout;
  const { slots } = layout;
  const frozen = new Set<string>();
  for (const match of freeze) {
    const pattern = patternOf(match);
    const fitting = slots.filter(({ name }) => pattern.test(name) || pattern.test(layerOf(name)));
    if (fitting.length === 0) {
      const known = [...new Set(slots.flatMap(({ name }) => [layerOf(name), name]))].join(', ');
      throw new NetworkError(
        'bad-freeze',
        `${JSON.stringify(match)} is no layer and no parameter; there are ${known}`,
      );
    }
    fitting.forEach(({ name }) => frozen.add(name));
  }
  if (frozen.size < slots.length) return { ...layout, frozen };
  throw new NetworkError('bad-freeze', `${freeze.join(', ')} is every parameter: leave one to train`);
}

/** "layers.0" of "layers.0.weight" */
const layerOf = (name: string): string => name.slice(0, name.lastIndexOf('.'));

/** The names of the parameters of `model` that `freeze` names. @throws {NetworkError} `bad-freeze` */
export const frozenOf = (model: ModelSpec, freeze: readonly string[] | undefined): ReadonlySet<string> =>
  frozenLayout(layoutOf(model), freeze).frozen ?? new Set();

/** The frozen parameters of a layout. */
export const frozenSlots = ({ slots, frozen }: TrainedLayout): readonly TensorSlot[] =>
  frozen === undefined ? [] : slots.filter(({ name }) => frozen.has(name));
