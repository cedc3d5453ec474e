import path from 'node:path';
import ts from 'typescript';
import { DefinitionError } from './definition-error.ts';

/** Gives the text of a file of definitions, by its name; undefined where there is none. */
export type ReadFile = (file: string) => string | undefined;

/** A number that is written out; `kind` says what it can only be, where that is known: the float32 of written bits. */
export interface Constant {
  readonly value: number;
  readonly kind?: 'f32';
}

/** A file of definitions. */
export interface DefinitionModule {
  readonly file: string;
  readonly constants: ReadonlyMap<string, Constant>;
  readonly functions: ReadonlyMap<string, ts.FunctionDeclaration>;
  /** Which file each imported name is from. */
  readonly imports: ReadonlyMap<string, string>;
}

/** The file that defines the types and conversions; it is not translated. */
export const FORMS_FILE = 'forms.ts';

const ALLOWED =
  'a file of definitions holds imports, "const fround = Math.fround", constants (a number, or floatOf of a number) and functions';

export function parseFile(file: string, readFile: ReadFile): ts.SourceFile {
  const text = readFile(file);
  if (text === undefined) throw new Error(`${file}: there is no such file of definitions`);
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
}

/** @throws {DefinitionError} at the first statement that a file of definitions may not have */
export function readModule(file: string, readFile: ReadFile): DefinitionModule {
  const constants = new Map<string, Constant>();
  const functions = new Map<string, ts.FunctionDeclaration>();
  const imports = new Map<string, string>();
  for (const statement of parseFile(file, readFile).statements) {
    if (ts.isImportDeclaration(statement)) {
      for (const name of importedNames(statement)) imports.set(name, importedFile(statement));
    } else if (ts.isFunctionDeclaration(statement) && statement.name !== undefined) {
      functions.set(statement.name.text, statement);
    } else if (ts.isVariableStatement(statement) && isConst(statement)) {
      for (const declaration of statement.declarationList.declarations) {
        const { name, initializer } = namedDeclaration(declaration);
        if (name === 'fround' && initializer.getText() === 'Math.fround') continue;
        const constant = constantOf(initializer);
        if (constant === undefined) throw new DefinitionError(declaration, ALLOWED);
        constants.set(name, constant);
      }
    } else throw new DefinitionError(statement, ALLOWED);
  }
  return { file, constants, functions, imports };
}

export const isConst = (statement: ts.VariableStatement): boolean =>
  (statement.declarationList.flags & ts.NodeFlags.Const) !== 0;

/** The parts of `const name = initializer`. @throws {DefinitionError} where it is something else */
export function namedDeclaration(declaration: ts.VariableDeclaration): {
  readonly name: string;
  readonly initializer: ts.Expression;
} {
  const { name, initializer, type } = declaration;
  if (!ts.isIdentifier(name) || initializer === undefined || type !== undefined) {
    throw new DefinitionError(declaration, 'a constant has one name, a value, and no type of its own');
  }
  return { name: name.text, initializer };
}

/** The file and names that `index.ts` lists: its statements are `export { name, ... } from './file.ts'`. */
export function listedNames(statement: ts.Statement): {
  readonly file: string;
  readonly names: readonly string[];
} {
  if (
    !ts.isExportDeclaration(statement) ||
    statement.moduleSpecifier === undefined ||
    statement.exportClause === undefined ||
    !ts.isNamedExports(statement.exportClause)
  ) {
    throw new DefinitionError(
      statement,
      "the list of operations holds only export { name } from './file.ts'",
    );
  }
  const names = statement.exportClause.elements.map(plainName);
  return { file: neighbour(statement.moduleSpecifier), names };
}

function importedNames(statement: ts.ImportDeclaration): readonly string[] {
  const { name, namedBindings } = statement.importClause ?? {};
  if (name !== undefined || namedBindings === undefined || !ts.isNamedImports(namedBindings)) {
    throw new DefinitionError(statement, 'an import lists names');
  }
  return namedBindings.elements.map(plainName);
}

const importedFile = ({ moduleSpecifier }: ts.ImportDeclaration): string => neighbour(moduleSpecifier);

/** @throws {DefinitionError} where a name is changed on the way */
function plainName(specifier: ts.ImportSpecifier | ts.ExportSpecifier): string {
  if (specifier.propertyName !== undefined) throw new DefinitionError(specifier, 'names stay as they are');
  return specifier.name.text;
}

/** The file that a specifier names, from the folder of definitions. */
function neighbour(specifier: ts.Expression): string {
  const text = ts.isStringLiteral(specifier) ? specifier.text : '';
  const file = path.posix.join(path.posix.dirname(specifier.getSourceFile().fileName), text);
  if (/^\.\.?\//.test(text) && /^(?:[a-z0-9-]+\/)*[a-z0-9-]+\.ts$/.test(file)) return file;
  throw new DefinitionError(specifier, 'definitions import only files of their folder');
}

/** A number that is written out, as a literal or the negative of one. */
function numberOf(node: ts.Expression): number | undefined {
  if (ts.isNumericLiteral(node)) return Number(node.text);
  if (!ts.isPrefixUnaryExpression(node) || node.operator !== ts.SyntaxKind.MinusToken) return undefined;
  return ts.isNumericLiteral(node.operand) ? -Number(node.operand.text) : undefined;
}

/** A number, or `floatOf` of one. */
export function constantOf(node: ts.Expression): Constant | undefined {
  const value = numberOf(node);
  if (value !== undefined) return { value };
  if (!ts.isCallExpression(node) || node.expression.getText() !== 'floatOf') return undefined;
  const [argument] = node.arguments;
  const bits = argument === undefined ? undefined : numberOf(argument);
  return bits === undefined ? undefined : { value: floatOfBits(bits), kind: 'f32' };
}

const floatOfBits = (bits: number): number => new Float32Array(Uint32Array.of(bits).buffer)[0]!;
