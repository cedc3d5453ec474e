/**
 * Loaded into a process before everything else (`--import`): what the file named by CHAOS_DISK holds is what happens to the temporary
 * files of its checkpoints. `full`: half of the bytes are written, then there is no room left. `stuck`: no write ever ends. With a
 * path behind it, only what begins so.
 */
import { readFileSync } from 'node:fs';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const state = () => {
  try {
    return readFileSync(process.env.CHAOS_DISK ?? '', 'utf8').trim();
  } catch {
    return '';
  }
};

/** What happens to the file at `path`; nothing to one that is no temporary file. */
const stateOf = (path) => {
  const [what, start = ''] = state().split(' ');
  return String(path).endsWith('.lockstep-tmp') && String(path).startsWith(start) ? what : '';
};

const { open } = files;
files.open = async (path, ...rest) => {
  const handle = await open(path, ...rest);
  const writeFile = handle.writeFile.bind(handle);
  handle.writeFile = async (bytes) => {
    const what = stateOf(path);
    if (what === 'stuck') return new Promise(() => undefined);
    if (what !== 'full') return writeFile(bytes);
    await writeFile(bytes.subarray(0, bytes.length >> 1));
    throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', errno: -28 });
  };
  return handle;
};
syncBuiltinESMExports();
