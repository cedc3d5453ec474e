/** An engine with two mistakes: `axpy` flushes subnormals, `sgd` fuses multiplication and subtraction. Prints its findings. */
import { referenceBackend, type Backend } from '@lockstep/math';
import { findingOf } from '../workload/compute-findings.ts';

const SMALLEST_NORMAL = 2 ** -126;

const flushing: Backend = {
  ...referenceBackend,
  axpy: (y, alpha, x) => {
    referenceBackend.axpy(y, alpha, x);
    y.forEach((value, i) => (y[i] = Math.abs(value) < SMALLEST_NORMAL ? 0 : value));
  },
};
const fusing: Backend = {
  ...referenceBackend,
  sgd: (out, weights, sum, divisor, rate) => {
    for (let i = 0; i < out.length; i++) {
      out[i] = weights[i]! - Math.fround(rate) * Math.fround(sum[i]! / Math.fround(divisor));
    }
    return referenceBackend.isFinite(out);
  },
};

for (const [name, backend] of Object.entries({ flushing, fusing })) {
  console.log(JSON.stringify(await findingOf(name, async () => backend)));
}
