import { ProtocolError } from './errors.ts';
import { readFrame } from './frame.ts';
import type { RawFrame } from './frame.ts';
import { checkCoordinatorHeader, checkWorkerHeader } from './header-check.ts';
import { MAX_CONFIG_BYTES, targetsEntry, type FrameLimits } from './limits.ts';
import type { CoordinatorMessage, SpanReference, WorkerMessage } from './messages.ts';
import { float32View, float64Scalar } from './tensors.ts';
import type { ReceivedTensor, TensorEntry } from './tensors.ts';

/**
 * The message that a worker's frame stands for. Tensors are views of `frame` where its address allows, so `frame` belongs
 * to the message from here on.
 * @throws {ProtocolError} whatever the bytes are, and nothing else
 */
export function decodeWorkerMessage(frame: Uint8Array, limits: FrameLimits): WorkerMessage {
  const raw = readBoundedFrame(frame, limits);
  const header = checkWorkerHeader(raw.fields);
  if (header.type === 'evaluated') {
    const { rowCount } = header;
    requireRows(rowCount, limits);
    const [outputs] = expectTensors(raw, [['f32', rowCount * limits.outputCount]] as const);
    return { ...header, outputs: float32View(outputs) };
  }
  if (header.type !== 'contribution') {
    expectTensors(raw, []);
    return header;
  }
  const { term, step, span } = header;
  const expected = [
    ['f32', limits.parameterCount],
    ['f64', 1],
  ] as const;
  const [gradient, lossSum] = expectTensors(raw, expected, { term, step, span });
  return { ...header, gradient: float32View(gradient), lossSum: float64Scalar(lossSum) };
}

/**
 * The message that a coordinator's frame stands for; otherwise as `decodeWorkerMessage`.
 * @throws {ProtocolError} whatever the bytes are, and nothing else
 */
export function decodeCoordinatorMessage(frame: Uint8Array, limits: FrameLimits): CoordinatorMessage {
  const raw = readBoundedFrame(frame, limits);
  const header = checkCoordinatorHeader(raw.fields);
  switch (header.type) {
    case 'welcome': {
      const length = Math.min(raw.tensors[0]?.entry[1] ?? 0, MAX_CONFIG_BYTES);
      const [config] = expectTensors(raw, [['u8', length]] as const);
      return { ...header, configJson: textOf(config) };
    }
    case 'weights': {
      const [weights] = expectTensors(raw, [['f32', limits.parameterCount]] as const);
      return { ...header, weights: float32View(weights) };
    }
    case 'evaluate': {
      const { rowCount } = header;
      requireRows(rowCount, limits);
      const [rows] = expectTensors(raw, [['u8', rowCount * limits.featureCount]] as const);
      return { ...header, rows: rows.bytes };
    }
    case 'rows': {
      const { rowCount } = header;
      requireRows(rowCount, limits);
      const expected = [['u8', rowCount * limits.featureCount], targetsEntry(limits, rowCount)] as const;
      const [rows, labels] = expectTensors(raw, expected);
      return {
        ...header,
        rows: rows.bytes,
        labels: limits.targetWidth === undefined ? labels.bytes : float32View(labels),
      };
    }
    default:
      expectTensors(raw, []);
      return header;
  }
}

/** @throws {ProtocolError} bad-field */
function textOf({ bytes }: ReceivedTensor): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ProtocolError('bad-field', 'the configuration is no UTF-8', { cause });
  }
}

function readBoundedFrame(frame: Uint8Array, { maxFrameBytes }: FrameLimits): RawFrame {
  if (frame.length > maxFrameBytes) {
    throw new ProtocolError('frame-too-large', `${frame.length} bytes, the limit is ${maxFrameBytes}`);
  }
  return readFrame(frame);
}

/** @throws {ProtocolError} bad-shape */
function requireRows(rowCount: number, { maxRowCount }: FrameLimits): void {
  if (rowCount <= maxRowCount) return;
  throw new ProtocolError('bad-shape', `${rowCount} rows, at most ${maxRowCount} are sent at once`);
}

/** The frame's tensors, one per expected entry. @throws {ProtocolError} bad-shape */
function expectTensors<const Entries extends readonly TensorEntry[]>(
  { tensors }: RawFrame,
  expected: Entries,
  about?: SpanReference,
): { readonly [Index in keyof Entries]: ReceivedTensor } {
  const got = describeEntries(tensors.map(({ entry }) => entry));
  const wanted = describeEntries(expected);
  if (got !== wanted) {
    throw new ProtocolError('bad-shape', `the message carries ${wanted} in this run, not ${got}`, { about });
  }
  return tensors as unknown as { readonly [Index in keyof Entries]: ReceivedTensor };
}

const describeEntries = (entries: readonly TensorEntry[]): string =>
  entries.length === 0 ? 'no tensor' : entries.map(([dtype, count]) => `${dtype}[${count}]`).join(' + ');
