import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { start, type Running } from './processes.ts';

const EXAMPLE = fileURLToPath(new URL('../../../../examples/worker-in-python/', import.meta.url));

/** Debian's is the one that has Debian's packages, whatever comes first in PATH. */
const PYTHON = ['python3', '/usr/bin/python3'].find((program) => {
  const { status } = spawnSync(program, ['-c', 'import numpy, msgpack, websockets']);
  return status === 0;
});

/** What a title ends with where no Python has what the example needs; else nothing. */
export const NEEDS_PYTHON =
  PYTHON === undefined
    ? ' [skipped: no python3 with numpy, msgpack and websockets is here: install them (Debian: apt-get install python3-numpy python3-msgpack python3-websockets)]'
    : '';

/** Starts a script of examples/worker-in-python; its warnings are errors, and it leaves no bytecode behind. */
export const pythonExample = (script: string, ...args: readonly string[]): Running =>
  start([PYTHON!, '-B', '-W', 'error', `${EXAMPLE}${script}`, ...args]);
