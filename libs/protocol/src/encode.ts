import { ProtocolError } from './errors.ts';
import { FrameBuffer } from './frame-buffer.ts';
import { planFrame, writeFrame, writeFrameAround } from './frame.ts';
import type { FramePlan } from './frame.ts';
import { checkCoordinatorHeader, checkWorkerHeader } from './header-check.ts';
import { MAX_CONFIG_BYTES } from './limits.ts';
import type { CoordinatorMessage, WorkerMessage } from './messages.ts';
import type { Tensor } from './tensors.ts';

/**
 * The frame of a worker's message: at the start of `target` if that is bytes (`maxFrameBytes` of them hold every frame of its
 * run), around the gradient where it lies if it is the gradient's own buffer, in new memory if nothing is given.
 * @throws {ProtocolError} bad-field, header-too-large, buffer-too-small
 */
export function encodeWorkerMessage(message: WorkerMessage, target?: FrameTarget): Uint8Array {
  return write(planWorkerFrame(message), target);
}

/**
 * The frame of a coordinator's message; otherwise as `encodeWorkerMessage`.
 * @throws {ProtocolError} bad-field, bad-shape, header-too-large, buffer-too-small
 */
export function encodeCoordinatorMessage(message: CoordinatorMessage, target?: FrameTarget): Uint8Array {
  return write(planCoordinatorFrame(message), target);
}

/** Where a frame is written. */
export type FrameTarget = Uint8Array | FrameBuffer;

function write(plan: FramePlan, target: FrameTarget | undefined): Uint8Array {
  if (target instanceof FrameBuffer) return writeFrameAround(plan, target);
  return writeFrame(plan, target ?? new Uint8Array(plan.byteLength));
}

/** Bytes of the frame of `message`. @throws {ProtocolError} bad-field, bad-shape, header-too-large */
export const encodedWorkerSize = (message: WorkerMessage): number => planWorkerFrame(message).byteLength;

/** Bytes of the frame of `message`. @throws {ProtocolError} bad-field, bad-shape, header-too-large */
export const encodedCoordinatorSize = (message: CoordinatorMessage): number =>
  planCoordinatorFrame(message).byteLength;

function planWorkerFrame(message: WorkerMessage): FramePlan {
  const [fields, tensors] = workerParts(message);
  checkWorkerHeader(fields);
  return planFrame(fields, tensors);
}

function planCoordinatorFrame(message: CoordinatorMessage): FramePlan {
  const [fields, tensors] = coordinatorParts(message);
  checkCoordinatorHeader(fields);
  return planFrame(fields, tensors);
}

type Parts = readonly [fields: Readonly<Record<string, unknown>>, tensors: readonly Tensor[]];

function workerParts(message: WorkerMessage): Parts {
  switch (message.type) {
    case 'contribution': {
      const { gradient, lossSum, ...fields } = message;
      return [fields, [gradient, Float64Array.of(lossSum)]];
    }
    case 'evaluated': {
      const { outputs, ...fields } = message;
      return [fields, [outputs]];
    }
    default:
      return [{ ...message }, []];
  }
}

function coordinatorParts(message: CoordinatorMessage): Parts {
  switch (message.type) {
    case 'welcome': {
      const { configJson, ...fields } = message;
      const config = new TextEncoder().encode(configJson);
      if (config.length <= MAX_CONFIG_BYTES) return [fields, [config]];
      throw new ProtocolError(
        'bad-shape',
        `the run's configuration takes ${config.length} bytes, and ${MAX_CONFIG_BYTES} are allowed`,
      );
    }
    case 'weights': {
      const { weights, ...fields } = message;
      return [fields, [weights]];
    }
    case 'evaluate': {
      const { rows, ...fields } = message;
      return [fields, [rows]];
    }
    case 'rows': {
      const { rows, labels, ...fields } = message;
      if (!isOfRows(labels, fields.rowCount) || rows.length % fields.rowCount !== 0) {
        throw new ProtocolError(
          'bad-shape',
          `${fields.rowCount} rows are sent with ${rows.length} bytes of rows and ${labels.length} labels`,
        );
      }
      return [fields, [rows, labels]];
    }
    default:
      return [{ ...message }, []];
  }
}

/** A class of each row, or as many labels or numbers of each. */
const isOfRows = (labels: Uint8Array | Float32Array, rowCount: number): boolean =>
  labels instanceof Uint8Array
    ? labels.length === rowCount
    : labels.length > 0 && labels.length % rowCount === 0;
