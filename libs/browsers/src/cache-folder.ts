import { homedir } from 'node:os';
import path from 'node:path';

/** Where Lockstep keeps what it fetched and can fetch again: `lockstep` below the user's folder for such things. */
export function cacheFolder(): string {
  const { XDG_CACHE_HOME: chosen } = process.env;
  // The standard of these folders wants relative ones ignored.
  const parent = chosen !== undefined && path.isAbsolute(chosen) ? chosen : path.join(homedir(), '.cache');
  return path.join(parent, 'lockstep');
}
