import * as v from 'valibot';
import type { AnyLayerSpec, Shape } from '../layers/layer.ts';
import type { LossSpec } from '../losses/index.ts';

/** A layer of a model: what it is, what its parameters go by ("layers.0" has `layers.0.weight`), and what it reads. */
export interface LayerEntry extends AnyLayerSpec {
  readonly name: string;
  /** Names of earlier layers, or "input"; the layer before where this is left out. */
  readonly from?: readonly string[];
  /** What its kind wants to know. */
  readonly [setting: string]: unknown;
}

/** A network as data: a list of layers in the order data flows, and the loss of the last one's output. */
export interface ModelSpec {
  /** Of a row. */
  readonly input: Shape;
  readonly layers: readonly LayerEntry[];
  readonly loss: LossSpec;
}

/** What a layer reads that is no layer: the rows. */
export const INPUT = 'input';

/** Most layers of a model. */
export const MAX_LAYERS = 256;

/** What a tensor's name begins with: no digit first, and nothing that needs care in a path or an attribute. */
export const LAYER_NAME = /^[A-Za-z][A-Za-z0-9_.-]{0,99}$/;

export const layerName = v.pipe(
  v.string(),
  v.regex(LAYER_NAME, 'expected a letter, then letters, digits, _ . or -'),
  v.notValue(INPUT, 'expected another name than "input"'),
);
