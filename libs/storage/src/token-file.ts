import { readFileSync } from 'node:fs';
import { tokenIn } from '@lockstep/config';
import { writeFileAtomically } from './atomic-write.ts';
import { nodeFiles } from './file-system.ts';
import { describeCause, StorageError, systemCodeOf } from './storage-error.ts';

/** Its owner may read it and write it, nobody else anything. */
const MODE = 0o600;

/**
 * The token that a file holds, without the spaces and line ends around it; undefined where there is no such file, or nothing in it.
 * @throws {StorageError} `read-failed`
 */
export function readTokenFile(path: string): string | undefined {
  try {
    return tokenIn(readFileSync(path, 'utf8'));
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined;
    throw new StorageError(
      'read-failed',
      `the token in ${path} cannot be read (${describeCause(error)}); check its permissions`,
      { cause: error },
    );
  }
}

/** Puts a token where workers read it, whole, never readable by others; leaves a file that holds it alone. @throws {StorageError} */
export async function writeTokenFile(path: string, token: string): Promise<void> {
  if (readTokenFile(path) === token) return;
  await writeFileAtomically(path, new TextEncoder().encode(`${token}\n`), nodeFiles, MODE);
}
