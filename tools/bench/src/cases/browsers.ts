import type { BenchmarkCase } from '../benchmark-case.ts';
import { browserStep } from '../contenders/browser-step.ts';
import { lockstepStep } from '../contenders/lockstep-step.ts';
import { seed } from './networks.ts';

/** What a thread of a volunteer's tab does in a second, against one of Node with the same kernels. */
export const browserSteps: BenchmarkCase = {
  name: `step on one thread, in browsers, ${seed.name}`,
  unit: 'ms/step',
  contenders: [
    lockstepStep('Node', seed.work, { kernels: 'wasm', leafRows: seed.leafRows }),
    browserStep('Chromium', 'chromium', seed.work, seed.leafRows),
    browserStep('Firefox', 'firefox', seed.work, seed.leafRows),
    browserStep('WebKitGTK', 'webkit', seed.work, seed.leafRows),
  ],
  baseline: 'Node',
  requirements: [{ kind: 'speed', contender: 'Chromium', against: 'Node', atLeast: 0.9 }],
};
