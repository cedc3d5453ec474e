import { layoutOf } from './layout.ts';
import type { ModelSpec } from './model.ts';

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
  const units = spec.sizes.reduce((sum, size) => sum + size, 0);
  const widest = Math.max(...spec.sizes);
  const activations = maxRows * (2 * units + 2 * spec.sizes.at(-1)!);
  // Packing holds at most a panel of 256 k of the widest operand, or the rows of a batch, padded to whole tiles.
  const packing = (Math.max(maxRows, 256) + 64) * (widest + 64) * 2;
  // A call on arrays from elsewhere copies up to three flat buffers.
  return {
    tensorBytes: 4 * (2 * (parameters + 64) + activations + extraElements) + TENSOR_SLACK_BYTES,
    scratchBytes: 4 * Math.max(packing, 3 * (parameters + 64)) + SCRATCH_SLACK_BYTES,
  };
}

/** Bytes of heap for one backend alone: `memoryFor` with `flatBuffers` further buffers of the parameters' length. */
export function heapBytesFor(spec: ModelSpec, maxRows: number, flatBuffers = 0): number {
  const { tensorBytes, scratchBytes } = memoryFor(spec, maxRows, flatBuffers * (layoutOf(spec).length + 64));
  return tensorBytes + scratchBytes;
}

/** Alignment, and the few tensors of the golden workload. */
const TENSOR_SLACK_BYTES = 16 * 1024 * 1024;
const SCRATCH_SLACK_BYTES = 1024 * 1024;
