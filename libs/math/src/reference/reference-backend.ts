import type { Backend } from '../backend.ts';
import { checksumOf } from '../checksum.ts';
import type { Heap } from '../heap.ts';
import { requireDimensions } from '../shapes.ts';
import * as elementwise from './elementwise.ts';
import { map } from './map.ts';
import * as products from './products.ts';
import * as rows from './rows.ts';
import * as sums from './sums.ts';

/**
 * The definition of the contract's kernels where its text is silent: plain loops, one rounded operation a line. Every
 * other backend is compared with this one, bit for bit.
 */
export const referenceBackend: Backend = {
  name: 'reference',
  description: 'reference (plain JavaScript)',
  allocate(length) {
    requireDimensions('allocate', length);
    return new Float32Array(length);
  },
  ...products,
  ...sums,
  ...rows,
  ...elementwise,
  map,
  checksum: checksumOf,
};

/** The reference over a heap, for tensors that threads share. */
export const referenceBackendOn = (heap: Heap): Backend => ({
  ...referenceBackend,
  allocate(length) {
    requireDimensions('allocate', length);
    return heap.allocate(length);
  },
});
