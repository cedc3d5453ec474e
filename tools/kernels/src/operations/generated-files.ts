import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { readOperations } from './read-operations.ts';
import { writeAssemblyScript } from './write-assembly-script.ts';
import { writeC } from './write-c.ts';
import { writeTable } from './write-table.ts';

/** Where the definitions lie, from the root of the repository. */
const DEFINITIONS = 'libs/math/src/ops';

/** What is made of the definitions: texts by their paths. @param root the repository's @throws {DefinitionError} */
export function generateFiles(root: string): ReadonlyMap<string, string> {
  const textOf = (file: string): string | undefined => readIfThere(path.join(root, DEFINITIONS, file));
  const operations = readOperations(textOf);
  const texts = {
    'libs/math/assembly/operations.generated.ts': writeAssemblyScript(operations),
    'libs/math/src/operations.generated.ts': writeTable(operations),
    'libs/math-native/native/operations.generated.c': writeC(operations),
  };
  return new Map(Object.entries(texts).map(([file, text]) => [path.join(root, file), text]));
}

/** The files that are not, character for character, what was made. */
export const differingFiles = (files: ReadonlyMap<string, string>): readonly string[] =>
  [...files].filter(([file, text]) => readIfThere(file) !== text).map(([file]) => file);

/** Line ends are those of the repository, whatever the checkout's. */
const readIfThere = (file: string): string | undefined =>
  existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\r\n', '\n') : undefined;
