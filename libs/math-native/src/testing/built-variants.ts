import path from 'node:path';
import { loadLibrary } from '../library.ts';
import { VARIANTS, type Variant } from '../variants.ts';

/** Where the build of this room puts its libraries. */
export const DIST = path.join(import.meta.dirname, '../../dist');

/** The instruction sets that were built here and that this processor runs, widest first; none without a compiler. */
export async function builtVariants(): Promise<readonly Variant[]> {
  const found = await Promise.all(
    VARIANTS.map(async (variant) => {
      const { kernels } = await loadLibrary({ folder: DIST, override: variant });
      return kernels === undefined ? [] : [variant];
    }),
  );
  return found.flat();
}
