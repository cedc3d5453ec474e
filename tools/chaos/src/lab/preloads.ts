import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chaosFolder } from './paths.ts';

/** Arguments of Node that load `preload-<name>.mjs` of this tool into a process before everything else. */
export const preload = (name: 'clock' | 'disk'): readonly string[] => [
  '--import',
  pathToFileURL(path.join(chaosFolder, `preload-${name}.mjs`)).href,
];
