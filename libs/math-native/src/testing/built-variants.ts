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

/** What the title of a test ends with that wants native kernels, where none were built: why it is skipped, and what to do. */
export const NEEDS_KERNELS =
  (await builtVariants()).length > 0
    ? ''
    : ' [skipped: no native kernels are built here: install a C compiler (Debian: apt-get install gcc libc6-dev) and run "npm run build"]';
