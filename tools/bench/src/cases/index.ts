import type { BenchmarkCase } from '../benchmark-case.ts';
import { products } from './products.ts';
import { step } from './step.ts';
import { trainMnist } from './train-mnist.ts';

/** Everything `npm run bench` measures, in this order. */
export const cases: readonly BenchmarkCase[] = [trainMnist, step, ...products];
