import { layoutOf } from './layout.ts';
import type { ModelSpec } from './model/model-spec.ts';
import { planOf } from './network/plan.ts';

/** Bytes that backends need of their memory. */
export interface MemoryNeed {
  /** For tensors, which threads have in common. */
  readonly tensorBytes: number;
  /** For one call, which every thread has of its own. */
  readonly scratchBytes: number;
}

/** What a network of `spec` with `maxRows` rows needs, with `extraElements` further floats. */
export function memoryFor(spec: ModelSpec, maxRows: number, extraElements = 0): MemoryNeed {
  const parameters = layoutOf(spec).length;
  const { widths, inputWidth, outputWidth } = planOf(spec);
  const ofRow = [inputWidth, outputWidth, ...widths];
  const rows = ofRow.reduce((sum, width) => sum + maxRows * width + ALIGNMENT, 0);
  // Packing holds at most a panel of 256 k of the widest operand, or the rows of a batch, padded to whole tiles.
  const packing = (Math.max(maxRows, 256) + 64) * (Math.max(...ofRow) + 64) * 2;
  // A call on arrays from elsewhere copies up to three flat buffers.
  return {
    tensorBytes: 4 * (2 * (parameters + ALIGNMENT) + rows + extraElements) + TENSOR_SLACK_BYTES,
    scratchBytes: 4 * Math.max(packing, 3 * (parameters + ALIGNMENT)) + SCRATCH_SLACK_BYTES,
  };
}

/** Bytes of heap for one backend alone: `memoryFor` with `flatBuffers` further buffers of the parameters' length. */
export function heapBytesFor(spec: ModelSpec, maxRows: number, flatBuffers = 0): number {
  const extra = flatBuffers * (layoutOf(spec).length + ALIGNMENT);
  const { tensorBytes, scratchBytes } = memoryFor(spec, maxRows, extra);
  return tensorBytes + scratchBytes;
}

/** Elements that a tensor may lose to its alignment. */
const ALIGNMENT = 64;

/** The few tensors of the golden workload. */
const TENSOR_SLACK_BYTES = 16 * 1024 * 1024;
const SCRATCH_SLACK_BYTES = 1024 * 1024;
