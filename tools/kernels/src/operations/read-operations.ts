import ts from 'typescript';
import { DefinitionError } from './definition-error.ts';
import {
  type DefinitionModule,
  listedNames,
  parseFile,
  readModule,
  type ReadFile,
} from './definition-module.ts';
import { LineReader, resultTypesOf } from './line-reader.ts';
import type { Operation, Parameter, Role } from './operation.ts';

/** The file that lists the operations. */
const LIST_FILE = 'index.ts';

const ROLES: ReadonlyMap<string, Role> = new Map([
  ['f32', 'element'],
  ['Scalar', 'scalar'],
  ['PerColumn', 'column'],
  ['PerRow', 'row'],
]);

/**
 * Reads the operations that `index.ts` lists, in its order.
 * @throws {DefinitionError} at the first place where a definition is not in the subset
 */
export function readOperations(readFile: ReadFile): readonly Operation[] {
  const modules = new Map<string, DefinitionModule>();
  const moduleOf = (file: string): DefinitionModule => {
    const known = modules.get(file) ?? readModule(file, readFile);
    modules.set(file, known);
    return known;
  };
  const operations: Operation[] = [];
  for (const statement of parseFile(LIST_FILE, readFile).statements) {
    const { file, names } = listedNames(statement);
    for (const name of names) {
      const definition = moduleOf(file).functions.get(name);
      if (definition === undefined) throw new DefinitionError(statement, `${file} has no function ${name}`);
      operations.push(readOperation(name, definition, moduleOf(file), moduleOf));
    }
  }
  return operations;
}

function readOperation(
  name: string,
  definition: ts.FunctionDeclaration,
  module: DefinitionModule,
  moduleOf: (file: string) => DefinitionModule,
): Operation {
  const parameters = definition.parameters.map(readParameter);
  if (!parameters.some(({ role }) => role === 'element')) {
    throw new DefinitionError(definition, 'a kernel has elements: a parameter that is f32');
  }
  const checked = readResultTypes(definition);
  const reader = new LineReader(moduleOf);
  const results = reader.kernel(
    definition,
    module,
    parameters.map((_, index) => ({ source: 'parameter', kind: 'f32', index })),
  );
  return {
    name,
    file: module.file,
    parameters,
    steps: reader.steps,
    results: results.map((operand, i) => ({ operand, isChecked: checked[i]! })),
  };
}

/** For each result whether it is watched. */
function readResultTypes(definition: ts.FunctionDeclaration): readonly boolean[] {
  return (resultTypesOf(definition) ?? [definition.type]).map((type) => {
    const text = type?.getText();
    if (text === 'f32' || text === 'Checked') return text === 'Checked';
    throw new DefinitionError(
      type ?? definition,
      'a kernel returns f32, Checked, or several of them as readonly [f32, Checked]',
    );
  });
}

function readParameter(parameter: ts.ParameterDeclaration): Parameter {
  const role = ROLES.get(parameter.type?.getText() ?? '');
  if (role === undefined || !ts.isIdentifier(parameter.name) || parameter.initializer !== undefined) {
    throw new DefinitionError(parameter, 'a parameter of a kernel is f32, Scalar, PerColumn or PerRow');
  }
  return { name: parameter.name.text, role };
}
