import { describeLossParity } from '../testing/describe-loss-parity.ts';

describeLossParity("PyTorch's loss and slopes in float64", (values) => Float32Array.from(values), 1e-6);
