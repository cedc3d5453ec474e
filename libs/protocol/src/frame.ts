import { integer, list, Mismatch, oneOf, type Check } from '@lockstep/config';
import { ProtocolError } from './errors.ts';
import type { FrameBuffer } from './frame-buffer.ts';
import { headerTooLarge, MAX_HEADER_BYTES, packHeader, unpackHeader } from './header.ts';
import { byteLengthOf, bytesOf, DTYPES, entryOf, padded } from './tensors.ts';
import type { ReceivedTensor, Tensor, TensorEntry } from './tensors.ts';

/** Bytes of the header length that a frame starts with. */
const LENGTH_BYTES = 4;

/** Most tensors of a frame. */
const MAX_TENSORS = 4;

/** Most elements of a tensor: what a 32-bit count addresses. */
const MAX_ELEMENTS = 2 ** 32 - 1;

/** Largest frame without tensors, in bytes. */
export const MAX_FRAME_BYTES_WITHOUT_TENSORS = padded(LENGTH_BYTES + MAX_HEADER_BYTES);

const dtype = oneOf(DTYPES);
const elements = integer(0, MAX_ELEMENTS);
const tensorEntry: Check<TensorEntry> = (value, path) => {
  if (!Array.isArray(value) || value.length !== 2) throw new Mismatch(path, 'a type and a count');
  return [dtype(value[0], path), elements(value[1], path)];
};
const tensorList = list(tensorEntry, 0, MAX_TENSORS);

/** What a frame holds, before anybody asked what it means. */
export interface RawFrame {
  /** The header without its list of tensors. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly tensors: readonly ReceivedTensor[];
}

/** A frame about to be written: its header is made, so its length is known. */
export interface FramePlan {
  readonly header: Uint8Array;
  readonly tensors: readonly Tensor[];
  readonly byteLength: number;
}

/**
 * Lays out a frame: u32 little-endian header length, header, zeros to 8 bytes, then each tensor's bytes, zeros to 8 bytes.
 * The plan is valid until the next one is made.
 * @throws {ProtocolError} header-too-large
 */
export function planFrame(fields: Readonly<Record<string, unknown>>, tensors: readonly Tensor[]): FramePlan {
  const header = packHeader(fields, tensors.map(entryOf));
  const tensorBytes = tensors.reduce((sum, tensor) => sum + padded(tensor.byteLength), 0);
  return { header, tensors, byteLength: padded(LENGTH_BYTES + header.length) + tensorBytes };
}

/**
 * Writes a planned frame to the start of `target` and returns that part of it, a view.
 * @throws {ProtocolError} buffer-too-small
 */
export function writeFrame(plan: FramePlan, target: Uint8Array): Uint8Array {
  const { header, tensors, byteLength } = plan;
  if (target.length < byteLength) {
    throw new ProtocolError(
      'buffer-too-small',
      `the frame needs ${byteLength} bytes, the buffer has ${target.length}`,
    );
  }
  const frame = target.subarray(0, byteLength);
  new DataView(frame.buffer, frame.byteOffset).setUint32(0, header.length, true);
  let position = writePadded(frame, LENGTH_BYTES, header);
  for (const tensor of tensors) position = writePadded(frame, position, bytesOf(tensor));
  return frame;
}

/**
 * Writes a planned frame around its first tensor, which stays where it lies in `buffer`, and returns it, a view of the buffer.
 * @throws {ProtocolError} buffer-too-small when what goes before or behind the tensor finds no place
 */
export function writeFrameAround(plan: FramePlan, buffer: FrameBuffer): Uint8Array {
  const { header, tensors, byteLength } = plan;
  const [first, ...others] = tensors;
  if (first !== buffer.tensor) {
    throw new ProtocolError(
      'buffer-too-small',
      "a buffer holds the frame of a message that carries the buffer's tensor",
    );
  }
  const start = buffer.tensorStart - padded(LENGTH_BYTES + header.length);
  if (start < 0 || start + byteLength > buffer.bytes.length) {
    throw new ProtocolError('buffer-too-small', `the buffer has no place for a frame of ${byteLength} bytes`);
  }
  const frame = buffer.bytes.subarray(start, start + byteLength);
  new DataView(frame.buffer, frame.byteOffset).setUint32(0, header.length, true);
  let position = writePadded(frame, LENGTH_BYTES, header) + first.byteLength;
  position = zeroPadding(frame, position);
  for (const tensor of others) position = writePadded(frame, position, bytesOf(tensor));
  return frame;
}

/**
 * Takes a received frame apart; the tensors are views of it.
 * @throws {ProtocolError} frame-too-short, header-too-large, bad-header, bad-tensor-list, bad-length, bad-padding
 */
export function readFrame(frame: Uint8Array): RawFrame {
  const headerEnd = LENGTH_BYTES + readHeaderLength(frame);
  if (frame.length < headerEnd) throw tooShort(frame.length, headerEnd);
  const { tensors, ...fields } = unpackHeader(plainBytes(frame, LENGTH_BYTES, headerEnd));
  const entries = checkedTensors(tensors);
  const expected = entries.reduce((sum, entry) => sum + padded(byteLengthOf(entry)), padded(headerEnd));
  if (frame.length !== expected) {
    throw new ProtocolError(
      'bad-length',
      `header and tensors add up to ${expected} bytes, not ${frame.length}`,
    );
  }
  let position = checkedPadding(frame, headerEnd);
  const received: ReceivedTensor[] = [];
  for (const entry of entries) {
    const end = position + byteLengthOf(entry);
    received.push({ entry, bytes: plainBytes(frame, position, end) });
    position = checkedPadding(frame, end);
  }
  return { fields, tensors: received };
}

function checkedTensors(given: unknown): readonly TensorEntry[] {
  try {
    return tensorList(given, 'tensors');
  } catch (cause) {
    if (!(cause instanceof Mismatch)) throw cause;
    throw new ProtocolError('bad-tensor-list', `"tensors" must list at most ${MAX_TENSORS} of [type, count]`);
  }
}

function readHeaderLength(frame: Uint8Array): number {
  if (frame.length < LENGTH_BYTES) throw tooShort(frame.length, LENGTH_BYTES);
  const length = new DataView(frame.buffer, frame.byteOffset, frame.byteLength).getUint32(0, true);
  if (length > MAX_HEADER_BYTES) throw headerTooLarge(length);
  return length;
}

/** A view that is a `Uint8Array` and no subclass of it: a Node `Buffer` behaves differently in places. */
const plainBytes = (frame: Uint8Array, start: number, end: number): Uint8Array =>
  new Uint8Array(frame.buffer, frame.byteOffset + start, end - start);

/** Position of what follows the padding from `end`. */
function checkedPadding(frame: Uint8Array, end: number): number {
  const next = padded(end);
  for (let i = end; i < next; i++) {
    if (frame[i] !== 0) throw new ProtocolError('bad-padding', `byte ${i} is padding and must be zero`);
  }
  return next;
}

/** Writes `bytes` at `start` and zeros to the alignment; returns the position behind them. */
function writePadded(frame: Uint8Array, start: number, bytes: Uint8Array): number {
  frame.set(bytes, start);
  return zeroPadding(frame, start + bytes.length);
}

function zeroPadding(frame: Uint8Array, end: number): number {
  const next = padded(end);
  frame.fill(0, end, next);
  return next;
}

const tooShort = (byteLength: number, needed: number): ProtocolError =>
  new ProtocolError('frame-too-short', `${byteLength} bytes where at least ${needed} are needed`);
