import { join } from 'node:path';
import { writeFileAtomically } from './atomic-write.ts';
import { nodeFiles, type FileSystem } from './file-system.ts';

const TERM_NAME = 'term';

/**
 * The term of this start of a coordinator: one more than the last that ran in `folder`, and more than `atLeast`, the checkpoint's.
 * Written down before anything is sent, so that no two starts ever share one.
 */
export async function nextTerm(
  folder: string,
  atLeast: number,
  files: FileSystem = nodeFiles,
): Promise<number> {
  const path = join(folder, TERM_NAME);
  const term = Math.max(readTerm(path, files), atLeast) + 1;
  await writeFileAtomically(path, new TextEncoder().encode(`${term}\n`), files);
  return term;
}

function readTerm(path: string, files: FileSystem): number {
  try {
    const term = Number(new TextDecoder().decode(files.read(path)).trim());
    return Number.isSafeInteger(term) && term > 0 ? term : 0;
  } catch {
    return 0;
  }
}
