import type { BenchmarkCase } from '../benchmark-case.ts';
import { browserStep } from '../contenders/browser-step.ts';
import { lockstepStep } from '../contenders/lockstep-step.ts';
import { specified } from './networks.ts';

/** What a thread of a volunteer's tab does in a second, against one of Node with the same kernels. */
export const browserSteps: BenchmarkCase = {
  name: `step on one thread, in browsers, ${specified.name}`,
  unit: 'ms/step',
  contenders: [
    lockstepStep('Node', specified.work, { kernels: 'wasm', leafRows: specified.leafRows }),
    browserStep('Chromium', 'chromium', specified.work, specified.leafRows),
    browserStep('Firefox', 'firefox', specified.work, specified.leafRows),
    browserStep('WebKitGTK', 'webkit', specified.work, specified.leafRows),
  ],
  baseline: 'Node',
  requirements: [{ kind: 'speed', contender: 'Chromium', against: 'Node', atLeast: 0.9 }],
};
