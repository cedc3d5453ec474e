import type { GivenRows } from '@lockstep/nn';
import type { FrameBuffer } from '@lockstep/protocol';
import type { SpanRows } from '../span-computer.ts';

/** The sum of one span's rows, where a frame can be built around it. */
export interface TeamSum {
  /** Holds the gradient, flat, [parameterCount]. */
  readonly buffer: FrameBuffer;
  readonly lossSum: number;
  /** Of the gradient's bytes. */
  readonly checksum: string;
  /** Says that the buffer may be written again. */
  release(): void;
}

/** The threads of a worker that compute together: one copy of the weights, one span at a time. */
export interface ComputeTeam {
  /** Threads that compute. */
  readonly threads: number;
  /**
   * Takes the weights to compute against, by copy; not while a span is being computed.
   * @param checksum what their bytes must have; the next `compute` rejects when they have another
   */
  setWeights(weights: Float32Array, checksum: string): void;
  /**
   * The gradient and loss of the rows, summed up the span's part of the tree, against the weights at hand. The rows may change
   * once it returns. The next call must wait for this one; it waits by itself while every buffer is taken.
   */
  compute(rows: SpanRows): Promise<TeamSum>;
  /**
   * What the network says of rows, with the weights at hand: [rows, outputs], the caller's from here on. The rows may change once that is
   * there, and the next call must wait for it.
   */
  answer(rows: GivenRows): Promise<Float32Array>;
  /** Ends the threads. What is being computed is never answered. */
  close(): void;
}

/** Buffers for gradients: the spans a worker holds at most, and one that is being written while they are on the wire. */
export const GRADIENT_BUFFERS = 4;

/** The weights that arrived are not those that were sent. */
class WeightsError extends Error {
  override readonly name = 'WeightsError';
}

/** @throws {WeightsError} unless they are equal */
export function requireChecksum(computed: string, expected: string): void {
  if (computed === expected) return;
  throw new WeightsError(`the weights arrived with other bits (checksum ${computed} instead of ${expected})`);
}
