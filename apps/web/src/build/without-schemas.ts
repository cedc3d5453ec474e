import type { Plugin } from 'vite';
import { childrenOf, cutCode, type Cut, type Node } from './syntax.ts';

/**
 * Takes the schemas out of the kinds of layers, losses and initializers that a page's threads load, and with them the library they are
 * written in. What such a thread computes by was checked by them where the run began, and `receivedModel` checks the rest
 * (docs/adr/0022-models.md). A bundle in which they are left all the same is no bundle.
 */
export const withoutSchemas = (): Plugin => ({
  name: 'without-schemas',
  transform: {
    filter: { id: /libs.nn.src/, code: 'valibot' },
    handler(code) {
      const cuts = schemasIn(this.parse(code) as unknown as Node, code);
      return { code: cutCode(code, cuts), map: null };
    },
  },
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      if (chunk.type === 'chunk' && chunk.code.includes('valibot')) {
        this.error(`${chunk.fileName} has valibot in it: see which of its modules checks by a schema`);
      }
    }
  },
});

/** A kind's schema, and the settings that the golden workload tries it with. */
const LEFT_OUT: readonly unknown[] = ['schema', 'examples'];

/** Every such property of an object that is written out, with the comma behind it. */
function schemasIn(node: Node, code: string): readonly Cut[] {
  if (node.type === 'Property' && LEFT_OUT.includes((node['key'] as Node)['name'])) {
    const comma = /^\s*,/.exec(code.slice(node.end))?.[0] ?? '';
    return [{ start: node.start, end: node.end + comma.length, text: '' }];
  }
  // A pattern that takes a schema out of an object is no object.
  return childrenOf(node)
    .filter(({ type }) => type !== 'ObjectPattern')
    .flatMap((child) => schemasIn(child, code));
}
