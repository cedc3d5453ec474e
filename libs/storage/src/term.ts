import { join } from 'node:path';
import { writeFileAtomically } from './atomic-write.ts';
import { nodeFiles, type FileSystem } from './file-system.ts';

/** The file of the last start's term. */
export const TERM_NAME = 'term';

/**
 * The term of this start of a coordinator: one more than the last that ran in `folder`, and more than `atLeast`, the checkpoint's.
 * Written down before anything is sent, so that no two starts ever share one.
 */
export async function nextTerm(
  folder: string,
  atLeast: number,
  files: FileSystem = nodeFiles,
): Promise<number> {
  const term = Math.max(termIn(folder, files), atLeast) + 1;
  await writeFileAtomically(join(folder, TERM_NAME), new TextEncoder().encode(`${term}\n`), files);
  return term;
}

/** The term of the last start in `folder`; 0 before the first. */
export function termIn(folder: string, files: FileSystem = nodeFiles): number {
  try {
    const term = Number(new TextDecoder().decode(files.read(join(folder, TERM_NAME))).trim());
    return Number.isSafeInteger(term) && term > 0 ? term : 0;
  } catch {
    return 0;
  }
}
