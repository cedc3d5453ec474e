import * as v from 'valibot';
import { KindList } from '../kinds/kind-list.ts';
import { badSpec, parseSpec } from '../kinds/parse-spec.ts';
import { adadelta } from './adadelta.ts';
import { adagrad } from './adagrad.ts';
import { adam, adamW } from './adam.ts';
import { common, type CommonSettings } from './common.ts';
import { lion } from './lion.ts';
import { muon } from './muon.ts';
import { nadam } from './nadam.ts';
import type { AnyOptimizerSpec, OptimizerKind } from './optimizer.ts';
import { radam } from './radam.ts';
import { rmsprop } from './rmsprop.ts';
import { sgd } from './sgd.ts';

/** Every kind of optimizer: a new one is a file beside these, its test, and a line in this list. */
const KINDS = [sgd, adam, adamW, nadam, radam, rmsprop, adagrad, adadelta, lion, muon];

/** An optimizer as data: its kind's settings, and what all kinds have in common. */
export type OptimizerSpec = AnyOptimizerSpec & CommonSettings & Readonly<Record<string, unknown>>;

/** Every kind of optimizer by its type. */
export const optimizerKinds = new KindList<OptimizerKind>(
  // A kind only ever meets specifications of its own type.
  KINDS.map((kind) => kind as unknown as OptimizerKind),
);

const PLACE = { code: 'bad-optimizer', path: 'optimizer' } as const;

/**
 * What a run keeps of the optimizer that a person gave: everything said.
 * @param given a name, or a JSON object with a `type`
 * @throws {NetworkError} `bad-optimizer`, with the path in it, what was expected and what was found
 */
export function resolveOptimizer(given: unknown): OptimizerSpec {
  const named = typeof given === 'string' ? { type: given } : given;
  const { type, ...settings } = parseSpec(v.looseObject({ type: v.string() }), named, PLACE);
  const kind = optimizerKinds.find(type);
  if (kind === undefined) {
    const known = optimizerKinds.types.join(', ');
    throw badSpec(PLACE, 'type', `expected one of ${known}, found ${JSON.stringify(type)}`);
  }
  const isCommon = ([key]: readonly [string, unknown]): boolean => key in common.entries;
  const entries = Object.entries(settings);
  const own = Object.fromEntries(entries.filter((entry) => !isCommon(entry)));
  const {
    weightDecay = kind.weightDecay,
    decoupled = kind.isDecoupled,
    ...others
  } = parseSpec(common, Object.fromEntries(entries.filter(isCommon)), PLACE);
  return { ...parseSpec(kind.schema, { type, ...own }, PLACE), weightDecay, decoupled, ...others };
}

/** Whether `spec` is gradient descent and nothing else, as where no optimizer is named. */
export const isPlain = (spec: OptimizerSpec): boolean =>
  JSON.stringify(spec) === JSON.stringify(resolveOptimizer('sgd'));

/** The learning rate of a run that names none. */
export const defaultLearningRate = (spec: OptimizerSpec | undefined): number =>
  optimizerKinds.of(spec?.type ?? sgd.type).learningRate;
