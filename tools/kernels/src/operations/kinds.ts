import type ts from 'typescript';
import { DefinitionError } from './definition-error.ts';
import type { Constant } from './definition-module.ts';
import type { Kind, Operand } from './operation.ts';

/** The types of forms.ts. */
const KINDS: ReadonlyMap<string, Kind> = new Map([
  ['f32', 'f32'],
  ['Scalar', 'f32'],
  ['PerColumn', 'f32'],
  ['PerRow', 'f32'],
  ['Checked', 'f32'],
  ['i32', 'i32'],
  ['f64', 'f64'],
]);

/** A constant's kind is that of its place. */
export type Expression = Operand | Constant;

/** What a number of that type is. @throws {DefinitionError} */
export function kindOf(type: ts.TypeNode | undefined, node: ts.Node): Kind {
  const kind = KINDS.get(type?.getText() ?? '');
  if (kind === undefined) throw new DefinitionError(type ?? node, 'a number is f32, i32 or f64');
  return kind;
}

/** @throws {DefinitionError} where the number is of another kind, or none that the kind can hold */
export function asKind(expression: Expression, kind: Kind, node: ts.Node): Operand {
  if ('source' in expression) {
    if (expression.kind === kind) return expression;
    throw new DefinitionError(node, `is ${expression.kind} where ${kind} is wanted`);
  }
  const { value, kind: only = kind } = expression;
  if (only !== kind) throw new DefinitionError(node, `is ${only} where ${kind} is wanted`);
  if (!Number.isFinite(value)) throw new DefinitionError(node, 'a constant is finite');
  if (kind === 'f32' && Math.fround(value) !== value) {
    throw new DefinitionError(node, 'is no float32: write floatOf of its bits');
  }
  if (kind === 'i32' && (value | 0) !== value) throw new DefinitionError(node, 'is no 32-bit integer');
  return { source: 'number', kind, value };
}
