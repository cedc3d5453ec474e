import { describeOptimizerParity } from '../testing/describe-optimizer-parity.ts';

describeOptimizerParity("The weights of PyTorch's optimizers", (length) => new Float32Array(length), 1e-4);
