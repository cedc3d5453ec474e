import path from 'node:path';
import { expect, it } from 'vitest';
import { differingFiles, generateFiles } from './generated-files.ts';

it('the committed kernels are what is made of libs/math/src/ops: else run tools/kernels/build-wasm.mjs --update', () => {
  const files = generateFiles(path.resolve(import.meta.dirname, '../../../..'));
  expect(differingFiles(files)).toEqual([]);
});
