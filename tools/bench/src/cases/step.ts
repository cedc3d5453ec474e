import type { BenchmarkCase } from '../benchmark-case.ts';
import { lockstepStep } from '../contenders/lockstep-step.ts';
import { tfjsStep, tfjsStepByHand } from '../contenders/tfjs-step.ts';
import { torchStep } from '../contenders/torch.ts';
import { large, small } from './networks.ts';

const PYTORCH = 'PyTorch';
const TFJS = 'tf.js wasm';

/** Forward, backward and SGD in one process on one thread. */
export const steps: readonly BenchmarkCase[] = [
  {
    name: `step on one thread, ${small.name}`,
    unit: 'ms/step',
    contenders: [
      torchStep(PYTORCH, small.work),
      lockstepStep('native', small.work, { kernels: 'native', leafRows: small.leafRows }),
      lockstepStep('wasm', small.work, { kernels: 'wasm', leafRows: small.leafRows }),
      tfjsStep(TFJS, small.work),
      tfjsStepByHand('tf.js wasm, by hand', small.work),
    ],
    baseline: PYTORCH,
    requirements: [
      { kind: 'time', contender: 'native', against: PYTORCH, atMost: 0.87 },
      { kind: 'time', contender: 'native', against: PYTORCH, atMost: 0.83, isAim: true },
      { kind: 'speed', contender: 'wasm', against: TFJS, atLeast: 8 },
    ],
  },
  {
    name: `step on one thread, ${large.name}`,
    unit: 'ms/step',
    contenders: [
      torchStep(PYTORCH, large.work),
      lockstepStep('native', large.work, { kernels: 'native', leafRows: large.leafRows }),
    ],
    baseline: PYTORCH,
    requirements: [{ kind: 'time', contender: 'native', against: PYTORCH, atMost: 0.95 }],
  },
];
