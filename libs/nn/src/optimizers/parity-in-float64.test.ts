import { vi } from 'vitest';
import { describeOptimizerParity } from '../testing/describe-optimizer-parity.ts';

/** Before any definition is loaded: none of them rounds. */
vi.hoisted(() => {
  Math.fround = (x) => x;
});

describeOptimizerParity(
  "The weights of PyTorch's optimizers, without our roundings",
  (length) => new Float64Array(length) as unknown as Float32Array,
  1e-11,
);
