/** An engine with two mistakes: `axpy` flushes subnormals, `sgd` fuses multiplication and subtraction. Prints its findings. */
import { referenceBackend, type Backend } from '@lockstep/math';
import { findingOf } from '../workload/compute-findings.ts';

const SMALLEST_NORMAL = 2 ** -126;

function flush(tensor: Float32Array): void {
  tensor.forEach((value, i) => (tensor[i] = Math.abs(value) < SMALLEST_NORMAL ? 0 : value));
}

const flushing: Backend = {
  ...referenceBackend,
  map: (operation, outs, ...given) => {
    const answer = referenceBackend.map(operation, outs, ...given);
    if (operation === 'axpy') outs.forEach(flush);
    return answer;
  },
};
const fusing: Backend = {
  ...referenceBackend,
  map: (operation, outs, inputs, scalars = []) => {
    if (operation !== 'sgd') return referenceBackend.map(operation, outs, inputs, scalars);
    const [[out], [weights, sum], [divisor, rate]] = [outs, inputs, scalars];
    for (let i = 0; i < out!.length; i++) {
      out![i] = weights![i]! - Math.fround(rate!) * Math.fround(sum![i]! / Math.fround(divisor!));
    }
    return referenceBackend.isFinite(out!);
  },
};

for (const [name, backend] of Object.entries({ flushing, fusing })) {
  console.log(JSON.stringify(await findingOf(name, async () => backend)));
}
