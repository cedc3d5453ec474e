import { describe } from 'vitest';
import type { Backend } from '../backend.ts';
import { describeOperations } from './describe-operations.ts';
import { describeProducts } from './describe-products.ts';
import { describeRows } from './describe-rows.ts';
import { describeShapeErrors } from './describe-shape-errors.ts';
import { describeSums } from './describe-sums.ts';
import { describeWholeTensors } from './describe-whole-tensors.ts';

/**
 * The contract suite of every backend: bit equality with the reference over adversarial shapes and numbers.
 * @param makeBackend a backend that can hold 64 MiB
 */
export function describeBackend(name: string, makeBackend: () => Promise<Backend>): void {
  describe(`${name} backend`, () => {
    describeProducts(makeBackend);
    describeSums(makeBackend);
    describeRows(makeBackend);
    describeOperations(makeBackend);
    describeWholeTensors(makeBackend);
    describeShapeErrors(makeBackend);
  });
}
