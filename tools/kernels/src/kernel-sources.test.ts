import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { builds, digestFile, digestOfSources, moduleFileOf, sha256 } from '../kernel-sources.mjs';

const digests = new Map(
  readFileSync(digestFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [digest, name] = line.split('  ');
      return [name, digest] as const;
    }),
);

describe('the committed kernels', () => {
  it('were made of the sources that lie beside them: else run tools/kernels/build-wasm.mjs --update', () => {
    expect(digestOfSources()).toBe(digests.get('sources'));
  });

  it.each(builds)(
    '$name: have the digests that are committed, for a memory of their own and shared',
    ({ name }) => {
      const text = readFileSync(moduleFileOf(name), 'utf8');
      const bytes = Buffer.from(/kernelsBase64 =\s+'([^']+)'/.exec(text)![1]!, 'base64');
      expect(sha256(bytes)).toBe(digests.get(name));
      bytes[Number(/memoryFlagsOffset = (\d+)/.exec(text)![1])] = 3;
      expect(sha256(bytes)).toBe(digests.get(`${name}-shared`));
    },
  );
});
