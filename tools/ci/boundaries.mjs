/**
 * Who may depend on whom. Dependencies point one way along three tag dimensions; a package must satisfy all that it
 * carries. `boundary-rule.mjs` enforces this on every import, a test checks that every package carries the tags.
 */

/** A layer, and the layers it may depend on. Applications and tools are in nobody's list. */
export const layers = {
  core: ['core'],
  adapter: ['core', 'adapter'],
  app: ['core', 'adapter'],
  tool: ['core', 'adapter'],
};

/** A platform, and the platforms it may depend on. */
export const platforms = {
  neutral: ['neutral'],
  node: ['node', 'neutral'],
  browser: ['browser', 'neutral'],
};

/** The rooms of core in the order the data flows: a room may depend on those of earlier rows only. */
export const coreOrder = [
  ['math'],
  ['data'],
  ['nn'],
  ['config'],
  ['protocol'],
  ['coordination', 'worker', 'checkpoint'],
  ['metrics', 'journal'],
];

/** What core may take from npm: small, neutral, without effects. The last four are for tests. */
export const corePackages = [
  '@noble/hashes',
  'msgpackr',
  'valibot',
  '@msgpack/msgpack',
  'esbuild',
  'vitest',
  'fast-check',
];

/** @param {string} dimension @param {Record<string, string[]>} allowed */
const constraintsOf = (dimension, allowed) =>
  Object.entries(allowed).map(([value, targets]) => ({
    sourceTag: `${dimension}:${value}`,
    onlyDependOnLibsWithTags: targets.map((target) => `${dimension}:${target}`),
  }));

/**
 * The same, as the constraints that `boundary-rule.mjs` holds every import to: packages with `sourceTag` may depend only on packages
 * that carry one of these tags, and may import only these from npm.
 * @type {readonly { sourceTag: string, onlyDependOnLibsWithTags?: string[], allowedExternalImports?: string[] }[]}
 */
export const depConstraints = [
  ...constraintsOf('layer', layers),
  ...constraintsOf('platform', platforms),
  ...coreOrder.flatMap((rooms, row) =>
    rooms.map((room) => ({
      sourceTag: `room:${room}`,
      onlyDependOnLibsWithTags: coreOrder
        .slice(0, row)
        .flat()
        .map((earlier) => `room:${earlier}`),
    })),
  ),
  { sourceTag: 'layer:core', allowedExternalImports: corePackages.flatMap((name) => [name, `${name}/*`]) },
];
