import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of this tool, and the root of the repository. */
export const goldenFolder = fileURLToPath(new URL('..', import.meta.url));
export const rootFolder = path.join(goldenFolder, '../..');
