import { BackendUnavailableError } from '../errors.ts';
import { webAssembly, type WasmMemory } from './web-assembly.ts';

const PAGE_BYTES = 65536;
const LARGEST_MEMORY = 65536 * PAGE_BYTES;

/** A memory of one thread, of at least that many bytes, which never grows. @throws {BackendUnavailableError} */
export const makeWasmMemory = (byteLength: number): WasmMemory => makeMemory(byteLength, false);

/** The same for several threads. @throws {BackendUnavailableError} */
export const makeSharedWasmMemory = (byteLength: number): WasmMemory => makeMemory(byteLength, true);

function makeMemory(byteLength: number, shared: boolean): WasmMemory {
  if (!Number.isSafeInteger(byteLength) || byteLength < 1 || byteLength > LARGEST_MEMORY) {
    throw new BackendUnavailableError(
      `a wasm backend's memory has from 1 to ${LARGEST_MEMORY} bytes, not ${byteLength}`,
    );
  }
  if (webAssembly === undefined) throw new BackendUnavailableError('this engine does not run WebAssembly');
  const pages = Math.ceil(byteLength / PAGE_BYTES);
  try {
    return new webAssembly.Memory({ initial: pages, maximum: pages, shared });
  } catch (error) {
    throw new BackendUnavailableError(
      `this engine does not give a ${shared ? 'shared ' : ''}memory of ${pages} pages of 64 KiB; use less memory` +
        (shared ? ', or one thread' : ''),
      { cause: error },
    );
  }
}
