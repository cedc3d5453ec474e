import { vi } from 'vitest';
import { describeLossParity } from '../testing/describe-loss-parity.ts';

/** Before any definition is loaded: none of them rounds, and the exponential is exact. */
vi.hoisted(() => {
  Math.fround = (x) => x;
});
vi.mock('../../../math/src/ops/exp.ts', async (load) => ({ ...(await load<object>()), exp: Math.exp }));

describeLossParity(
  "PyTorch's loss and slopes, without our roundings",
  (values) => Float64Array.from(values) as unknown as Float32Array,
  1e-12,
);
