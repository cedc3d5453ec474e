import { MAX_FRAME_BYTES_WITHOUT_TENSORS } from './frame.ts';
import { byteLengthOf, padded, type TensorEntry } from './tensors.ts';

/** How often a worker says that it is there; a coordinator waits for three times as long. */
export const HEARTBEAT_MILLIS = 800;

/** The sizes that a run's messages have, all from its configuration. */
export interface RunShape {
  /** Elements of the weights and of a gradient. */
  readonly parameterCount: number;
  /** Bytes of a row. */
  readonly featureCount: number;
  /** Labels or numbers that a row is to come to; nothing where it has a class, which is a byte. */
  readonly targetWidth?: number;
  /** What the network says of a row. */
  readonly outputCount: number;
  /** Most rows that are sent at once: those of a mini-batch, or of a part of an evaluation. */
  readonly maxRowCount: number;
}

/** What a decoder takes: shapes that tensors must have, and a bound on the frame. */
export interface FrameLimits extends RunShape {
  /** Longest frame, in bytes: also the maximum to set on the socket. */
  readonly maxFrameBytes: number;
}

/** How `rowCount` rows bring what they are to come to. */
export const targetsEntry = ({ targetWidth }: RunShape, rowCount: number): TensorEntry =>
  targetWidth === undefined ? ['u8', rowCount] : ['f32', rowCount * targetWidth];

/** Longest configuration of a run, in bytes of UTF-8: several hundred layers, each with all its settings. */
export const MAX_CONFIG_BYTES = 256 * 1024;

/** Before `hello` (coordinator): no message with tensors, so small frames only. */
export const HANDSHAKE_LIMITS: FrameLimits = {
  parameterCount: 0,
  featureCount: 0,
  outputCount: 0,
  maxRowCount: 0,
  maxFrameBytes: MAX_FRAME_BYTES_WITHOUT_TENSORS,
};

/** Before `welcome` (worker): nothing is longer than that message, which carries the configuration. */
export const WELCOME_LIMITS: FrameLimits = {
  ...HANDSHAKE_LIMITS,
  maxFrameBytes: MAX_FRAME_BYTES_WITHOUT_TENSORS + padded(MAX_CONFIG_BYTES),
};

/** What a coordinator takes from workers: the longest frame is a contribution, or what the network says of a part of an evaluation. */
export const workerMessageLimits = (shape: RunShape): FrameLimits => ({
  ...shape,
  maxFrameBytes:
    MAX_FRAME_BYTES_WITHOUT_TENSORS +
    padded(byteLengthOf(['f32', Math.max(shape.parameterCount, shape.maxRowCount * shape.outputCount)])) +
    padded(byteLengthOf(['f64', 1])),
});

/** What a worker takes from its coordinator: the longest frame is the weights or a whole mini-batch. */
export const coordinatorMessageLimits = (shape: RunShape): FrameLimits => ({
  ...shape,
  maxFrameBytes:
    MAX_FRAME_BYTES_WITHOUT_TENSORS +
    Math.max(
      padded(byteLengthOf(['f32', shape.parameterCount])),
      padded(byteLengthOf(['u8', shape.maxRowCount * shape.featureCount])) +
        padded(byteLengthOf(targetsEntry(shape, shape.maxRowCount))),
    ),
});
