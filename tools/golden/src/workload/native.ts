/** The workload for the native kernels in the folder that is named, of the instruction set in LOCKSTEP_NATIVE. */
import { createNodeBackend } from '@lockstep/math-native';
import { findingOf, sharedFinding, TENSOR_BYTES } from './compute-findings.ts';

const [folder = ''] = process.argv.slice(2);
const findings = [
  await findingOf(
    'native',
    async () => (await createNodeBackend('native', { heapBytes: TENSOR_BYTES }, { folder })).backend,
  ),
  await sharedFinding(
    'native',
    async (shared) => (await createNodeBackend('native', { shared }, { folder })).backend,
  ),
];
for (const finding of findings) console.log(JSON.stringify(finding));
