import type { RunConfig } from '@lockstep/config';
import { averageSha256, sha256Hex, weightsSha256 } from '@lockstep/math';
import type { Checkpoint } from './checkpoint.ts';
import { CheckpointError } from './checkpoint-error.ts';
import { checkCanonical, DIGEST_OFFSET, fileWithHeader, findHeader, writeAscii } from './header.ts';
import { EMPTY_DIGEST, factsOf, type Metadata, metadataOf, readMetadata, sectionsOf } from './metadata.ts';
import { bytesOf, elementCountOf, slotsOf, tableOf } from './tensor-table.ts';

/**
 * A checkpoint as a safetensors file: the length of the header as a little-endian u64, the header as JSON padded with spaces to 8
 * bytes, the tensors in layout order without holes: the weights as little-endian float32 under their names, each tensor of the optimizer
 * as float32 under `optimizer.<tensor>.<name>`, the moving average as float64 under `average.<name>`. The `digest` in the metadata is the
 * sha256 of the whole file with 64 zeros in the digest's place, so that no bit of the file can change unnoticed.
 * @throws {CheckpointError} `bad-tensors`, `bad-metadata`, `bad-header` when `checkpoint` cannot be written
 */
export function encodeCheckpoint(checkpoint: Checkpoint<RunConfig>): Uint8Array {
  const { weights, slots, optimizer, average } = checkpoint;
  const metadata = metadataOf(checkpoint);
  const buffers = [
    weights,
    ...Object.values(optimizer?.tensors ?? {}),
    ...(average === undefined ? [] : [average]),
  ];
  if (buffers.some(({ length }) => length !== weights.length)) {
    const detail = `it has buffers of ${buffers.map(({ length }) => length).join(', ')} elements`;
    throw new CheckpointError('bad-tensors', `${detail}; give each the length of the weights`);
  }
  const table = tableOf(slots, weights.length, sectionsOf(readMetadata(metadata)));
  const dataBytes = buffers.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const { bytes, dataOffset } = fileWithHeader({ __metadata__: metadata, ...table }, dataBytes);
  let offset = dataOffset;
  for (const { buffer, byteOffset, byteLength } of buffers) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), offset);
    offset += byteLength;
  }
  writeAscii(bytes, DIGEST_OFFSET, sha256Hex(bytes));
  return bytes;
}

/**
 * The checkpoint in a file of any bytes. `config` is a JSON value that the caller validates; all tensors are copies.
 * @throws {CheckpointError} and nothing else: `truncated`, `trailing-bytes`, `not-a-checkpoint`, `bad-header`, `bad-tensors`,
 * `bad-metadata`, `digest-mismatch`
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const found = findHeader(bytes);
  const { __metadata__, ...table } = found.header;
  const metadata = readMetadata(__metadata__);
  const sections = sectionsOf(metadata);
  const slots = slotsOf(table, sections);
  checkCanonical(found);
  const elements = elementCountOf(slots);
  const sizes = sections.map((section) => bytesOf(section, elements));
  checkFileLength(bytes.length, found.dataOffset + sizes.reduce((sum, size) => sum + size, 0));
  const copy = new Uint8Array(bytes);
  writeAscii(copy, DIGEST_OFFSET, EMPTY_DIGEST);
  if (sha256Hex(copy) !== metadata.digest) throw mismatch('its digest does not match its content');
  let begin = found.dataOffset;
  const [ofWeights, ...others] = sizes.map((size) => copy.buffer.slice(begin, (begin += size)));
  const weights = new Float32Array(ofWeights!);
  if (weightsSha256(weights) !== metadata.weightsSha256) throw mismatch('its weights are not those it names');
  return { weights, slots, ...stateOf(metadata, others), ...factsOf(metadata) };
}

/** @param buffers the sections after the weights */
function stateOf(
  { optimizer, averageSha256: named }: Metadata,
  buffers: readonly ArrayBuffer[],
): Pick<Checkpoint, 'optimizer' | 'average'> {
  const tensors = Object.fromEntries(
    (optimizer?.tensors ?? []).map((name, index) => [name, new Float32Array(buffers[index]!)]),
  );
  const average = named === undefined ? undefined : new Float64Array(buffers.at(-1)!);
  if (average !== undefined && averageSha256(average) !== named) {
    throw mismatch('its moving average is not the one it names');
  }
  return {
    ...(optimizer !== undefined && { optimizer: { tensors, numbers: optimizer.numbers } }),
    ...(average !== undefined && { average }),
  };
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
