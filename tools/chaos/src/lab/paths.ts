import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this tool, and the root of the repository. */
export const chaosFolder = fileURLToPath(new URL('../..', import.meta.url));
export const rootFolder = path.join(chaosFolder, '../..');
/** The command of the product, as a user starts it. */
export const launcher = path.join(rootFolder, 'bin/lockstep.mjs');
