import type { TargetKind } from '@lockstep/data';
import { lossKinds, type LossSpec } from './index.ts';
import type { LossKind } from './loss.ts';

/** What a loss can learn from what the rows of a dataset are to come to. */
const SUITS: Readonly<Record<TargetKind, (kind: LossKind, spec: LossSpec) => boolean>> = {
  // A class is a one in its place: shares of classes, and values.
  classes: () => true,
  labels: (kind, spec) => kind.target(spec) === 'values',
  // Of outputs that each are a yes or no, numbers below 0 or above 1 are no shares.
  numbers: (kind, spec) => kind.target(spec) === 'values' && kind.link !== 'sigmoid',
};

const FOUND: Readonly<Record<TargetKind, string>> = {
  classes: 'one class a row',
  labels: 'labels that are true of a row or not (several bytes of 0 and 1)',
  numbers: 'numbers (32-bit floats)',
};

/** Why `loss` cannot learn from such rows, and those that can; nothing where it does. @param target classes where left out */
export function targetMisfit(loss: LossSpec, target: TargetKind = 'classes'): string | undefined {
  const suits = (type: string, spec: LossSpec): boolean => SUITS[target](lossKinds.of(type), spec);
  if (suits(loss.type, loss)) return undefined;
  const others = lossKinds.types.filter((type) => suits(type, { type }));
  const expected =
    lossKinds.of(loss.type).link === 'sigmoid' ? 'labels of 0 and 1, or classes' : 'a class for each row';
  return `${loss.type} expects ${expected}, and the data has ${FOUND[target]}: take --loss ${others.join(' or ')}, or give label files of that sort`;
}
