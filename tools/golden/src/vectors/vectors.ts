import path from 'node:path';
import { referenceBackend } from '@lockstep/math';
import { contractSections, digestOfSections, type GoldenSection, goldenSections } from '@lockstep/nn';
import { CONTRACT, PROTOCOL_VERSION } from '@lockstep/protocol';
import { rootFolder } from '../paths.ts';
import { functionVectors } from './functions.ts';
import { kindVectors } from './kinds.ts';
import { lossVectors } from './losses.ts';
import { operationVectors } from './operations.ts';
import { sumVectors } from './sums.ts';

/** Where the vectors are kept, for whoever writes another implementation. */
export const VECTORS_FILE = path.join(rootFolder, 'docs/vectors', `${CONTRACT}.json`);

const digestsOf = (sections: readonly GoldenSection[]): unknown => ({
  digest: digestOfSections(sections),
  sections: Object.fromEntries(sections.map(({ name, digest }) => [name, digest])),
});

/** The text of that file: what the product's own code computes, on the reference. */
export function vectorsText(): string {
  const vectors = {
    about:
      'Test vectors, explained in docs/exactness.md. Floats are their bits in hex, the highest digit first.',
    contract: CONTRACT,
    protocol: PROTOCOL_VERSION,
    ...functionVectors(),
    ...sumVectors(),
    ...lossVectors(),
    ...operationVectors(),
    ...kindVectors(),
    golden: digestsOf(goldenSections(referenceBackend)),
    exact2: digestsOf(contractSections(referenceBackend)),
  };
  return `${JSON.stringify(vectors, null, 1)}\n`;
}
