import type { Backend } from '@lockstep/math';
import { BACKEND_DIGESTS } from './digests.generated.ts';
import { digestOfSections, type GoldenSection, sectionsOf } from './golden-part.ts';
import { KERNEL_PARTS } from './kernel-parts.ts';
import { kindParts } from './kind-parts.ts';
import { operationParts } from './operation-parts.ts';
import { rowParts } from './row-parts.ts';
import { TRAINING_PARTS } from './training-parts.ts';

/** What `goldenDigest` gives on every engine and backend that keeps the contract: the digest of `exact-1`, which `exact-2` contains. */
export const GOLDEN_DIGEST = '7c84955a3141a936427c6f326cf553011b539dc82b14895ae2fa3e93c7118e66';

/**
 * The digests of a fixed workload, part by part: the kernels of `exact-1` on awkward shapes and numbers (subnormals, zeros of both signs,
 * halfway cases), in vectors and their tails, then a whole step of training, then a hundred steps of a small network. A section
 * that differs from another engine's names the kernel that computes other bits.
 */
export const goldenSections = (backend: Backend): readonly GoldenSection[] =>
  sectionsOf([...KERNEL_PARTS, ...TRAINING_PARTS], backend);

/**
 * The digest of those sections, which is what a worker says in its `hello`; it takes some milliseconds.
 * Needs 8 MiB of a backend's memory.
 */
export const goldenDigest = (backend: Backend): string => digestOfSections(goldenSections(backend));

/** What else a backend computes: every operation, and the sums along rows. Needs 4 MiB of its memory. */
export const operationSections = (backend: Backend): readonly GoldenSection[] =>
  sectionsOf([...operationParts(), ...rowParts()], backend);

/** All of the contract `exact-2`: what backends compute, and what is made of it: layers, losses, optimizers, schedules, initializers. */
export const contractSections = (backend: Backend): readonly GoldenSection[] => [
  ...goldenSections(backend),
  ...operationSections(backend),
  ...sectionsOf(kindParts(), backend),
];

/** Which of what a backend computes has other bits than the contract's, by the names of its parts. */
export const wrongParts = (backend: Backend): readonly string[] =>
  [...goldenSections(backend), ...operationSections(backend)]
    .filter(({ name, digest }) => !digest.startsWith(BACKEND_DIGESTS[name] ?? '?'))
    .map(({ name }) => name);
