import type { RunConfig } from '@lockstep/config';
import { sha256Hex, weightsSha256 } from '@lockstep/math';
import type { Checkpoint } from './checkpoint.ts';
import { CheckpointError } from './checkpoint-error.ts';
import { checkCanonical, DIGEST_OFFSET, fileWithHeader, findHeader, writeAscii } from './header.ts';
import { EMPTY_DIGEST, metadataOf, readConfig, readMetadata } from './metadata.ts';
import { BYTES_PER_ELEMENT, elementCountOf, slotsOf, tableOf } from './tensor-table.ts';

/**
 * A checkpoint as a safetensors file: the length of the header as a little-endian u64, the header as JSON padded with spaces to 8
 * bytes, the tensors as little-endian float32 in layout order without holes. The `digest` in the metadata is the sha256 of the
 * whole file with 64 zeros in the digest's place, so that no bit of the file can change unnoticed.
 * @throws {CheckpointError} `bad-tensors`, `bad-metadata`, `bad-header` when `checkpoint` cannot be written
 */
export function encodeCheckpoint(checkpoint: Checkpoint<RunConfig>): Uint8Array {
  const { weights, slots } = checkpoint;
  const table = tableOf(slots, weights.length);
  const header = { __metadata__: metadataOf(checkpoint), ...table };
  const { bytes, dataOffset } = fileWithHeader(header, weights.byteLength);
  bytes.set(new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength), dataOffset);
  writeAscii(bytes, DIGEST_OFFSET, sha256Hex(bytes));
  return bytes;
}

/**
 * The checkpoint in a file of any bytes. `config` is a JSON value that the caller validates; `weights` are a copy.
 * @throws {CheckpointError} and nothing else: `truncated`, `trailing-bytes`, `not-a-checkpoint`, `bad-header`, `bad-tensors`,
 * `bad-metadata`, `digest-mismatch`
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const found = findHeader(bytes);
  const { __metadata__, ...table } = found.header;
  const slots = slotsOf(table);
  const metadata = readMetadata(__metadata__);
  checkCanonical(found);
  checkFileLength(bytes.length, found.dataOffset + elementCountOf(slots) * BYTES_PER_ELEMENT);
  const copy = new Uint8Array(bytes);
  writeAscii(copy, DIGEST_OFFSET, EMPTY_DIGEST);
  if (sha256Hex(copy) !== metadata.digest) throw mismatch('its digest does not match its content');
  const weights = new Float32Array(copy.buffer.slice(found.dataOffset));
  if (weightsSha256(weights) !== metadata.weightsSha256) throw mismatch('its weights are not those it names');
  const { step, term, reason, run } = metadata;
  const owner = run === undefined ? {} : { run };
  return { weights, slots, step, term, reason, ...owner, config: readConfig(metadata) };
}

function checkFileLength(found: number, expected: number): void {
  if (found < expected) {
    const detail = `it holds ${found} of ${expected} bytes`;
    throw new CheckpointError('truncated', `${detail}; use another checkpoint`);
  }
  if (found > expected) {
    const detail = `it holds ${found - expected} bytes after its tensors`;
    throw new CheckpointError('trailing-bytes', `${detail}; use another checkpoint`);
  }
}

function mismatch(what: string): CheckpointError {
  return new CheckpointError('digest-mismatch', `${what}; use another checkpoint`);
}
