import type { BenchmarkCase } from '../benchmark-case.ts';
import { browserSteps } from './browsers.ts';
import { choices } from './choices.ts';
import { coordinatorCases } from './coordinator.ts';
import { deviceCases } from './devices.ts';
import { distributedSteps } from './distributed.ts';
import { floods } from './floods.ts';
import { headers } from './headers.ts';
import { limits } from './limits.ts';
import { pages } from './pages.ts';
import { products } from './products.ts';
import { steps } from './step.ts';
import { trainMnist } from './train-mnist.ts';

/** Everything `npm run bench` measures, in this order. */
export const cases: readonly BenchmarkCase[] = [
  ...products,
  ...steps,
  ...distributedSteps,
  ...coordinatorCases,
  ...deviceCases,
  trainMnist,
  browserSteps,
  headers,
  ...floods,
  ...pages,
  ...limits,
];

/** These, and what finds out how the peers are fastest. */
export const allCases: readonly BenchmarkCase[] = [...choices.map(({ benchmark }) => benchmark), ...cases];
