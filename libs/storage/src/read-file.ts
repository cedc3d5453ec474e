import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describeCause, StorageError, systemCodeOf } from './storage-error.ts';

/** What a compressed file may grow to: far above any dataset of bytes that fits in memory with its run. */
const MAX_INFLATED_BYTES = 2 ** 31;

/**
 * The bytes of a file, inflated when it starts as gzip does (1f 8b), whatever its name.
 * @throws {StorageError} `read-failed`, `gzip-corrupt`, `file-too-large`
 */
export function readMaybeGzipped(path: string): Uint8Array {
  const bytes = read(path);
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? inflate(bytes, path) : bytes;
}

function read(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const detail = `cannot read ${path} (${describeCause(error)}); check that it is a readable file`;
    throw new StorageError('read-failed', detail, { cause: error });
  }
}

function inflate(bytes: Uint8Array, path: string): Uint8Array {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_INFLATED_BYTES });
  } catch (error) {
    if (systemCodeOf(error) === 'ERR_BUFFER_TOO_LARGE') {
      const detail = `${path} inflates to more than ${MAX_INFLATED_BYTES} bytes; split the dataset`;
      throw new StorageError('file-too-large', detail, { cause: error });
    }
    const detail = `${path} is damaged gzip (${describeCause(error)}); fetch or copy the file again`;
    throw new StorageError('gzip-corrupt', detail, { cause: error });
  }
}
