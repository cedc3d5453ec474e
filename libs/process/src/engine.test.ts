import { expect, it } from 'vitest';
import { engineFacts, engineName } from './engine.ts';

it('names Bun and Deno as what they are, although they have a version of Node', () => {
  expect(engineName({ node: '26.3.0', bun: '1.4.5' })).toBe('bun 1.4.5');
  expect(engineName({ node: '26.3.0', deno: '2.9.6' })).toBe('deno 2.9.6');
  expect(engineName()).toBe(`node ${process.versions.node}`);
});

it('says what runs the code, and which Node that is like', () => {
  const said = { node: '26.3.0', v8: '15.0.245.2' };
  expect(engineFacts(said)).toEqual(said);
  expect(engineFacts({ ...said, deno: '2.9.6' })).toEqual({ nodeLikeness: '26.3.0', v8: '15.0.245.2' });
  // Bun 1.4.5 runs JavaScriptCore, and names a V8.
  expect(engineFacts({ ...said, bun: '1.4.5', webkit: 'd6375c7' })).toEqual({
    nodeLikeness: '26.3.0',
    javascriptcore: 'd6375c7',
  });
});
