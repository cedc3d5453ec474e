import { expect, it } from 'vitest';
import { engineName } from './engine.ts';

it('names Bun and Deno as what they are, although they have a version of Node', () => {
  expect(engineName({ node: '26.3.0', bun: '1.4.5' })).toBe('bun 1.4.5');
  expect(engineName({ node: '26.3.0', deno: '2.9.6' })).toBe('deno 2.9.6');
  expect(engineName()).toBe(`node ${process.versions.node}`);
});
