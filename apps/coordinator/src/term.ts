import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomically } from '@lockstep/storage';

const TERM_NAME = 'term';

/**
 * The term of this start of a coordinator: one more than the last that ran in `folder`, and more than `atLeast`, the checkpoint's.
 * Written down before anything is sent, so that no two starts ever share one.
 */
export async function nextTerm(folder: string, atLeast: number): Promise<number> {
  const path = join(folder, TERM_NAME);
  const term = Math.max(readTerm(path), atLeast) + 1;
  await writeFileAtomically(path, new TextEncoder().encode(`${term}\n`));
  return term;
}

function readTerm(path: string): number {
  try {
    const term = Number(readFileSync(path, 'utf8').trim());
    return Number.isSafeInteger(term) && term > 0 ? term : 0;
  } catch {
    return 0;
  }
}
