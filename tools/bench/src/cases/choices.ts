import type { BenchmarkCase, Contender } from '../benchmark-case.ts';
import { openBlasProduct } from '../contenders/openblas.ts';
import { torchStep } from '../contenders/torch.ts';
import type { PeerName } from '../peers/peers.ts';
import type { Settings } from '../settings.ts';
import { small } from './networks.ts';

/** A setting of a peer of which the fastest value is taken for all that follows. */
export interface Choice {
  readonly setting: keyof Settings;
  readonly peer: PeerName;
  readonly benchmark: BenchmarkCase;
  /** The value that a contender stands for; none where the peer chooses. */
  readonly values: ReadonlyMap<string, string | undefined>;
}

const AS_IT_CHOOSES = 'as it chooses';

const choice = (
  setting: keyof Settings,
  values: readonly string[],
  benchmark: Omit<BenchmarkCase, 'baseline' | 'contenders'>,
  contenderOf: (name: string, value: string | undefined) => Contender,
): Choice => {
  const byName = new Map([[AS_IT_CHOOSES, undefined], ...values.map((value) => [value, value] as const)]);
  const contenders = [...byName].map(([name, value]) => contenderOf(name, value));
  return {
    setting,
    peer: contenders[0]!.peer!,
    benchmark: { ...benchmark, contenders, baseline: AS_IT_CHOOSES },
    values: byName,
  };
};

/** Of OpenBLAS's kernels, those that processors of the last ten years can run. */
const CORES = ['Haswell', 'Zen', 'SkylakeX'];

/** In this order: later ones are made with what earlier ones gave. */
export const choices: readonly Choice[] = [
  choice(
    'openBlasCore',
    CORES,
    { name: 'choice of OpenBLAS kernels, 512x512x512', unit: 'GFLOP/s', mostRounds: 3 },
    (name, value) => openBlasProduct(name, { a: [512, 512], b: [512, 512] }, { core: value ?? '' }),
  ),
  choice(
    'torchKernels',
    ['AVX2', 'AVX512'],
    { name: `choice of PyTorch's kernels, ${small.name}, 1 thread`, unit: 'ms/step', mostRounds: 3 },
    (name, torchKernels) =>
      torchStep(name, small.work, { settings: torchKernels === undefined ? {} : { torchKernels } }),
  ),
  choice(
    'torchLayout',
    ['transposed'],
    { name: `choice of PyTorch's layout, ${small.name}, 1 thread`, unit: 'ms/step', mostRounds: 3 },
    (name, torchLayout) =>
      torchStep(name, small.work, { settings: torchLayout === undefined ? {} : { torchLayout } }),
  ),
  choice(
    'torchUpdate',
    ['fused', 'foreach'],
    { name: `choice of PyTorch's update, ${small.name}, 1 thread`, unit: 'ms/step', mostRounds: 3 },
    (name, torchUpdate) =>
      torchStep(name, small.work, { settings: torchUpdate === undefined ? {} : { torchUpdate } }),
  ),
  choice(
    'torchWait',
    ['passive', 'active'],
    { name: `choice of PyTorch's waiting, ${small.name}, 2 threads`, unit: 'ms/step', mostRounds: 3 },
    (name, torchWait) =>
      torchStep(name, small.work, { threads: 2, settings: torchWait === undefined ? {} : { torchWait } }),
  ),
];
