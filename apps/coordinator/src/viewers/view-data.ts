import type { Dataset } from '@lockstep/data';

/** The binary messages that viewers may ask for: four `u32` little-endian (kind, then facts), then the bytes. */
export interface ViewData {
  /** Kind 1; committed steps; 0; 0; then the weights as float32. */
  weights(): Uint8Array;
  /** Kind 2; rows; bytes of a row; 0; then the rows' classes and the rows. */
  samples(): Uint8Array;
}

/** Test rows that viewers get to see. */
const SAMPLE_ROWS = 400;
const HEADER_BYTES = 16;

export const viewData = (source: {
  readonly test: Dataset;
  weights(): { readonly step: number; readonly weights: Float32Array };
}): ViewData => ({
  weights() {
    const { step, weights } = source.weights();
    const bytes = new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength);
    return framed([1, step, 0, 0], [bytes]);
  },
  samples() {
    const { featureCount, labels, rows, rowCount } = source.test;
    // What they are shown for is that a class is guessed.
    const count = labels instanceof Uint8Array ? Math.min(SAMPLE_ROWS, rowCount) : 0;
    return framed(
      [2, count, featureCount, 0],
      [Uint8Array.from(labels.subarray(0, count)), rows.subarray(0, count * featureCount)],
    );
  },
});

/** A copy: what was given may change while the message waits. */
function framed(header: readonly number[], parts: readonly Uint8Array[]): Uint8Array {
  const frame = new Uint8Array(parts.reduce((sum, part) => sum + part.length, HEADER_BYTES));
  const view = new DataView(frame.buffer);
  header.forEach((word, index) => view.setUint32(4 * index, word, true));
  let offset = HEADER_BYTES;
  for (const part of parts) {
    frame.set(part, offset);
    offset += part.length;
  }
  return frame;
}
