import { KindList } from '../kinds/kind-list.ts';
import { ACTIVATIONS, type ActivationSpec } from './activations.ts';
import { add, type AddSpec } from './add.ts';
import { dense, type DenseSpec } from './dense.ts';
import { dropout, type DropoutSpec } from './dropout.ts';
import { flatten, type FlattenSpec } from './flatten.ts';
import type { LayerKind } from './layer.ts';
import { layerNorm, type LayerNormSpec } from './layer-norm.ts';
import { reshape, type ReshapeSpec } from './reshape.ts';
import { rmsNorm, type RmsNormSpec } from './rms-norm.ts';
import { softmax, type SoftmaxSpec } from './softmax.ts';

/** Every kind of layer: a new one is a file beside these, its test, and a line in this list and its union. */
const KINDS = [dense, ...ACTIVATIONS, softmax, layerNorm, rmsNorm, dropout, add, reshape, flatten];

export type LayerSpec =
  | DenseSpec
  | ActivationSpec
  | SoftmaxSpec
  | LayerNormSpec
  | RmsNormSpec
  | DropoutSpec
  | AddSpec
  | ReshapeSpec
  | FlattenSpec;

/** Every kind of layer by its type. */
export const layerKinds = new KindList<LayerKind>(
  // A kind only ever meets specifications of its own type.
  KINDS.map((kind) => kind as unknown as LayerKind),
);

/** The types of a family of layers. */
export const layerTypesOf = (family: LayerKind['family']): readonly string[] =>
  layerKinds.types.filter((type) => layerKinds.of(type).family === family);
