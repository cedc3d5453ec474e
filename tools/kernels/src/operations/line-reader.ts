import ts from 'typescript';
import { DefinitionError } from './definition-error.ts';
import {
  constantOf,
  type DefinitionModule,
  FORMS_FILE,
  isConst,
  namedDeclaration,
} from './definition-module.ts';
import { asKind, type Expression, kindOf } from './kinds.ts';
import type { Arithmetic, Comparison, FunctionName, Kind, Operand, Step } from './operation.ts';

const ARITHMETIC: ReadonlyMap<ts.SyntaxKind, Arithmetic> = new Map([
  [ts.SyntaxKind.PlusToken, '+'],
  [ts.SyntaxKind.MinusToken, '-'],
  [ts.SyntaxKind.AsteriskToken, '*'],
  [ts.SyntaxKind.SlashToken, '/'],
]);
const SHIFTS: ReadonlyMap<ts.SyntaxKind, '<<' | '>>'> = new Map([
  [ts.SyntaxKind.LessThanLessThanToken, '<<'],
  [ts.SyntaxKind.GreaterThanGreaterThanToken, '>>'],
]);
const COMPARISONS: ReadonlyMap<ts.SyntaxKind, Comparison> = new Map([
  [ts.SyntaxKind.LessThanToken, '<'],
  [ts.SyntaxKind.LessThanEqualsToken, '<='],
  [ts.SyntaxKind.GreaterThanToken, '>'],
  [ts.SyntaxKind.GreaterThanEqualsToken, '>='],
]);

interface FunctionOfForms {
  readonly takes: Kind;
  readonly gives: Kind;
}

/** The conversions of forms.ts, and what `Math` has of them. */
const FUNCTIONS: ReadonlyMap<string, FunctionOfForms & { readonly function: FunctionName }> = new Map([
  ['bitsOf', { function: 'bitsOf', takes: 'f32', gives: 'i32' }],
  ['floatOf', { function: 'floatOf', takes: 'i32', gives: 'f32' }],
  ['widen', { function: 'widen', takes: 'f32', gives: 'f64' }],
  ['narrow', { function: 'narrow', takes: 'f64', gives: 'f32' }],
  ['Math.abs', { function: 'abs', takes: 'f32', gives: 'f32' }],
]);

/** How a sum of such numbers is written. */
const ROUNDED: Readonly<Record<Kind, string>> = {
  f32: 'fround(a + b)',
  i32: '(a + b) | 0',
  f64: 'a + b',
};

/** What the names in a function's body mean. */
interface Scope {
  readonly module: DefinitionModule;
  readonly names: Map<string, Expression>;
}

/** Follows a function and all that it calls, and writes down the steps. */
export class LineReader {
  readonly steps: Step[] = [];
  readonly #moduleOf: (file: string) => DefinitionModule;
  readonly #calling: ts.FunctionDeclaration[] = [];

  constructor(moduleOf: (file: string) => DefinitionModule) {
    this.#moduleOf = moduleOf;
  }

  /** What the function of a kernel returns for these arguments: one number or several. @throws {DefinitionError} */
  kernel(
    definition: ts.FunctionDeclaration,
    module: DefinitionModule,
    values: readonly Operand[],
  ): readonly Operand[] {
    const count = resultTypesOf(definition)?.length;
    return this.#enter(definition, module, values, (returned, scope) => {
      if (count === undefined) return [this.#read(returned, 'f32', scope)];
      if (!ts.isArrayLiteralExpression(returned) || returned.elements.length !== count) {
        throw new DefinitionError(returned, `returns ${count} numbers, as in [a, b]`);
      }
      return returned.elements.map((each) => this.#read(each, 'f32', scope));
    });
  }

  /** What a function that a line calls returns for these arguments. */
  #called(definition: ts.FunctionDeclaration, module: DefinitionModule, values: readonly Operand[]): Operand {
    const kind = kindOf(definition.type, definition);
    return this.#enter(definition, module, values, (returned, scope) => this.#read(returned, kind, scope));
  }

  /** @param read what is made of the expression that the function returns */
  #enter<T>(
    definition: ts.FunctionDeclaration,
    module: DefinitionModule,
    values: readonly Operand[],
    read: (returned: ts.Expression, scope: Scope) => T,
  ): T {
    if (this.#calling.includes(definition))
      throw new DefinitionError(definition, 'a definition calls itself');
    this.#calling.push(definition);
    const names = new Map<string, Expression>();
    for (const [i, { name }] of definition.parameters.entries()) names.set(name.getText(), values[i]!);
    const result = this.#body(definition, { module, names }, read);
    this.#calling.pop();
    return result;
  }

  #body<T>(
    definition: ts.FunctionDeclaration,
    scope: Scope,
    read: (returned: ts.Expression, scope: Scope) => T,
  ): T {
    for (const statement of definition.body?.statements ?? []) {
      if (ts.isReturnStatement(statement) && statement.expression !== undefined) {
        return read(statement.expression, scope);
      }
      if (!ts.isVariableStatement(statement) || !isConst(statement)) {
        throw new DefinitionError(statement, 'a body holds const lines and ends with return');
      }
      for (const declaration of statement.declarationList.declarations) this.#define(declaration, scope);
    }
    throw new DefinitionError(definition, 'a body ends with return');
  }

  #define(declaration: ts.VariableDeclaration, scope: Scope): void {
    const { name, initializer } = namedDeclaration(declaration);
    const value = this.#expression(initializer, scope);
    scope.names.set(name, value);
    if (!('source' in value) || value.source !== 'step') return;
    const step = this.steps[value.index]!;
    if (step.name === undefined) this.steps[value.index] = { ...step, name };
  }

  /** The value of an expression where a number of that kind is wanted. */
  #read(node: ts.Expression, kind: Kind, scope: Scope): Operand {
    return asKind(this.#expression(node, scope), kind, node);
  }

  #expression(node: ts.Expression, scope: Scope): Expression {
    if (ts.isParenthesizedExpression(node)) return this.#expression(node.expression, scope);
    const constant = constantOf(node);
    if (constant !== undefined) return constant;
    if (ts.isIdentifier(node)) return meaningOf(node, scope);
    if (ts.isConditionalExpression(node)) return this.#choice(node, scope);
    if (ts.isCallExpression(node)) return this.#call(node, scope);
    if (ts.isBinaryExpression(node)) return this.#binary(node, scope);
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) {
      const operand = this.#read(node.operand, 'f32', scope);
      return this.#push({ form: 'function', kind: 'f32', function: 'negate', operand });
    }
    throw new DefinitionError(node, 'no form of an operation');
  }

  #choice(node: ts.ConditionalExpression, scope: Scope): Operand {
    const { condition } = node;
    const comparison = ts.isBinaryExpression(condition)
      ? COMPARISONS.get(condition.operatorToken.kind)
      : undefined;
    if (comparison === undefined || !ts.isBinaryExpression(condition)) {
      throw new DefinitionError(condition, 'a choice is made by <, <=, > or >= of two float32 numbers');
    }
    return this.#push({
      form: 'choice',
      kind: 'f32',
      comparison,
      left: this.#read(condition.left, 'f32', scope),
      right: this.#read(condition.right, 'f32', scope),
      yes: this.#read(node.whenTrue, 'f32', scope),
      no: this.#read(node.whenFalse, 'f32', scope),
    });
  }

  #call(node: ts.CallExpression, scope: Scope): Expression {
    const callee = node.expression.getText();
    const [argument] = node.arguments;
    if (callee === 'fround') return this.#rounded(node, scope);
    const form = FUNCTIONS.get(callee);
    if (form === undefined) return this.#callOf(node, scope);
    if (argument === undefined || node.arguments.length > 1) {
      throw new DefinitionError(node, `${callee} takes one number`);
    }
    const operand = this.#read(argument, form.takes, scope);
    return this.#push({ form: 'function', kind: form.gives, function: form.function, operand });
  }

  /** fround(a op b), or fround(Math.sqrt(a)). */
  #rounded(node: ts.CallExpression, scope: Scope): Operand {
    const [argument] = node.arguments;
    if (argument !== undefined && ts.isCallExpression(argument)) {
      const [operand] = argument.arguments;
      if (argument.expression.getText() === 'Math.sqrt' && operand !== undefined) {
        return this.#push({
          form: 'function',
          kind: 'f32',
          function: 'sqrt',
          operand: this.#read(operand, 'f32', scope),
        });
      }
    }
    const operator =
      argument !== undefined && ts.isBinaryExpression(argument)
        ? ARITHMETIC.get(argument.operatorToken.kind)
        : undefined;
    if (operator === undefined) {
      throw new DefinitionError(node, 'fround rounds one +, -, *, / or Math.sqrt');
    }
    const { left, right } = argument as ts.BinaryExpression;
    return this.#arithmetic('f32', operator, left, right, scope);
  }

  #binary(node: ts.BinaryExpression, scope: Scope): Operand {
    const { left, right } = node;
    const shift = SHIFTS.get(node.operatorToken.kind);
    if (shift !== undefined) {
      const operand = this.#read(left, 'i32', scope);
      return this.#push({
        form: 'shift',
        kind: 'i32',
        operator: shift,
        operand,
        count: this.#shiftCount(right, scope),
      });
    }
    if (node.operatorToken.kind === ts.SyntaxKind.BarToken) return this.#wrapped(node, scope);
    const operator = ARITHMETIC.get(node.operatorToken.kind);
    if (operator === undefined) throw new DefinitionError(node, 'no form of an operation');
    const values = [this.#expression(left, scope), this.#expression(right, scope)] as const;
    const kind = values.map((value) => ('source' in value ? value.kind : undefined)).find(isKind) ?? 'f32';
    if (kind !== 'f64') {
      throw new DefinitionError(node, `${operator} of ${kind} numbers is written as in ${ROUNDED[kind]}`);
    }
    const [a, b] = [asKind(values[0], kind, left), asKind(values[1], kind, right)];
    return this.#push({ form: 'arithmetic', kind, operator, left: a, right: b });
  }

  /** (a + b) | 0, or (a - b) | 0. */
  #wrapped(node: ts.BinaryExpression, scope: Scope): Operand {
    const inner = ts.isParenthesizedExpression(node.left) ? node.left.expression : node.left;
    const operator = ts.isBinaryExpression(inner) ? ARITHMETIC.get(inner.operatorToken.kind) : undefined;
    if (node.right.getText() !== '0' || (operator !== '+' && operator !== '-')) {
      throw new DefinitionError(node, 'integers are added as (a + b) | 0, or subtracted');
    }
    const { left, right } = inner as ts.BinaryExpression;
    return this.#arithmetic('i32', operator, left, right, scope);
  }

  #shiftCount(node: ts.Expression, scope: Scope): number {
    const count = this.#expression(node, scope);
    if (!('source' in count) && count.value >= 0 && count.value < 32) return count.value;
    throw new DefinitionError(node, 'integers are shifted by a constant from 0 to 31');
  }

  #arithmetic(
    kind: Kind,
    operator: Arithmetic,
    left: ts.Expression,
    right: ts.Expression,
    scope: Scope,
  ): Operand {
    const a = this.#read(left, kind, scope);
    const b = this.#read(right, kind, scope);
    return this.#push({ form: 'arithmetic', kind, operator, left: a, right: b });
  }

  /** A call of another definition. */
  #callOf(node: ts.CallExpression, scope: Scope): Operand {
    const name = node.expression.getText();
    const from = scope.module.imports.get(name);
    const module = from === undefined || from === FORMS_FILE ? scope.module : this.#moduleOf(from);
    const definition = module.functions.get(name);
    if (definition === undefined) {
      const known = ['fround', ...FUNCTIONS.keys()].join(', ');
      throw new DefinitionError(node, `a call is one of ${known} or of another definition`);
    }
    if (definition.parameters.length !== node.arguments.length) {
      throw new DefinitionError(node, `${name} takes ${definition.parameters.length} numbers`);
    }
    const values = definition.parameters.map((parameter, i) =>
      this.#read(node.arguments[i]!, kindOf(parameter.type, parameter), scope),
    );
    return this.#called(definition, module, values);
  }

  #push(step: Step): Operand {
    this.steps.push(step);
    return { source: 'step', kind: step.kind, index: this.steps.length - 1 };
  }
}

/** The types of a function's results where it returns several: those of `readonly [f32, f32]`. */
export function resultTypesOf({ type }: ts.FunctionDeclaration): readonly ts.TypeNode[] | undefined {
  const list = type !== undefined && ts.isTypeOperatorNode(type) ? type.type : undefined;
  return list !== undefined && ts.isTupleTypeNode(list) ? list.elements : undefined;
}

const isKind = (kind: Kind | undefined): kind is Kind => kind !== undefined;

function meaningOf(node: ts.Identifier, { module, names }: Scope): Expression {
  const meaning = names.get(node.text) ?? module.constants.get(node.text);
  if (meaning === undefined) {
    throw new DefinitionError(node, 'a name is a parameter, a const line above, or a constant of the file');
  }
  return meaning;
}
