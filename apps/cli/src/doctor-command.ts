import { availableParallelism, cpus } from 'node:os';
import { backendOption, EXIT, formatOption, type ExitCode, type ValuesOf } from '@lockstep/config';
import { engineFacts, engineName } from '@lockstep/process';
import { provesSubnormals } from '@lockstep/math';
import { createNodeBackend, describeNativeKernels } from '@lockstep/math-native';
import { goldenDigest, wrongParts } from '@lockstep/nn';
import { CONTRACT, PROTOCOL_VERSION } from '@lockstep/protocol';
import { BACKEND_PROOF, PROOF_HEAP_BYTES } from '@lockstep/worker';
import { version } from './version.ts';

export const doctorOptions = { backend: backendOption, format: formatOption };

/** `lockstep doctor`: what would compute here, why, and whether it keeps the contract. Exit 4 when it does not. */
export async function runDoctor({
  backend: name,
  format,
}: ValuesOf<typeof doctorOptions>): Promise<ExitCode> {
  const { backend, reason } = await createNodeBackend(name, {
    heapBytes: PROOF_HEAP_BYTES,
    proof: BACKEND_PROOF,
  });
  const wrong = wrongParts(backend);
  const isGolden = wrong.length === 0;
  const keepsSubnormals = provesSubnormals();
  const facts = {
    lockstep: version,
    engine: engineName(),
    ...engineFacts(),
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    protocol: PROTOCOL_VERSION,
    contract: CONTRACT,
    backend: backend.description,
    backendReason: reason,
    nativeKernels: describeNativeKernels(),
    keepsSubnormals,
    goldenDigest: goldenDigest(backend),
    isGolden,
    ...(!isGolden && { wrongParts: wrong.join(', ') }),
  };
  process.stdout.write(
    format === 'json' ? `${JSON.stringify({ type: 'doctor', ...facts })}\n` : describe(facts),
  );
  return isGolden && keepsSubnormals ? EXIT.done : EXIT.refused;
}

function describe(facts: Readonly<Record<string, string | number | boolean>>): string {
  const labels: Readonly<Record<string, string>> = {
    nodeLikeness: '  like node',
    backendReason: '  because',
    nativeKernels: 'native kernels',
    keepsSubnormals: 'subnormals kept',
    goldenDigest: 'golden digest',
    isGolden: '  as expected',
    wrongParts: '  differing in',
  };
  const text = (value: string | number | boolean): string =>
    typeof value === 'boolean' ? (value ? 'yes' : 'NO') : String(value);
  return Object.entries(facts)
    .map(([key, value]) => `${(labels[key] ?? key).padEnd(16)} ${text(value)}\n`)
    .join('');
}
