import type { Plugin } from 'vite';
import { childrenOf, cutCode, type Cut, type Node } from './syntax.ts';

const ENTRY = '\0lean-msgpackr';

/** Bodies of functions, and lists, that are never reached or looked at where there are maps, lists, texts and numbers only. */
const UNREACHED: Readonly<
  Record<
    string,
    {
      readonly functions: readonly string[];
      readonly lists: readonly string[];
      /** Faster ways for what the library does anyway where they give nothing; for a tab's few messages, a kilobyte. */
      readonly shortcuts: readonly string[];
    }
  >
> = {
  pack: {
    functions: [
      ...[
        'saveState',
        'rebuildTransitions',
        'resetStructures',
        'newRecord',
        'insertNewRecord',
        'writeStruct',
      ],
      ...['writeExtensionData', 'insertIds', 'writeBundles', 'prepareStructures'],
    ],
    lists: ['extensionClasses', 'extensions'],
    shortcuts: [],
  },
  unpack: {
    functions: [
      ...[
        'saveState',
        'createStructureReader',
        'createSecondByteReader',
        'loadStructures',
        'restoreStructures',
      ],
      ...['recordDefinition', '_mergeStructures', 'readBin', 'readExt', 'unpackMultiple'],
    ],
    lists: ['currentExtensions['],
    shortcuts: ['shortStringInJS', 'longStringInJS'],
  },
};

/** What has settings in the library's sources. */
const HOLDERS: readonly string[] = ['this', 'options', 'packr', 'currentUnpackr'];

/** As `header.ts` of `@lockstep/protocol` gives them. */
const GIVEN = {
  useRecords: 'false',
  variableMapSize: 'true',
  mapsAsObjects: 'true',
  int64AsType: '"number"',
};

/** Those it does not give. */
const NOT_GIVEN = [
  ...['bundleStrings', 'structuredClone', 'structures', 'getStructures', 'saveStructures', 'sequential'],
  ...['shouldShareStructure', 'maxSharedStructures', 'maxOwnStructures', 'progressiveRecords', 'moreTypes'],
  ...[
    '_writeStruct',
    '_readStruct',
    '_prepareStructures',
    '_onSaveState',
    '_onLoadedStructures',
    'typedStructs',
  ],
  ...[
    'useFloat32',
    'freezeData',
    'skipValues',
    'coercibleKeyAsNumber',
    'largeBigIntToFloat',
    'int64AsNumber',
  ],
  ...['largeBigIntToString', 'useBigIntExtension', 'mapAsEmptyObject', 'writeFunction', 'copyBuffers'],
  ...['allowArraysInMapKeys', 'encodeUndefinedAsNil'],
];

const SETTINGS: ReadonlyMap<string, string> = new Map([
  ...Object.entries(GIVEN),
  ...NOT_GIVEN.map((name): [string, string] => [name, 'undefined']),
]);

/**
 * The sources of `msgpackr/index-no-eval`, taken apart: its one file holds streams and iterators too, which no page uses. Headers are
 * maps, lists, texts and numbers, with records and references off, and the check in front of the library lets nothing else through
 * (docs/adr/0014-msgpackr-behind-a-check.md); so its settings become the constants they are, functions for all else lose their bodies,
 * and the bundler leaves out what hangs on them. No code is generated either, which the pages' policy forbids.
 */
export const leanMsgpackr = (): Plugin => ({
  name: 'lean-msgpackr',
  enforce: 'pre',
  resolveId: (id) => (id === 'msgpackr/index-no-eval' ? ENTRY : null),
  load: (id) =>
    id === ENTRY
      ? `import { Packr, RESET_BUFFER_MODE } from 'msgpackr/pack'; export default { Packr, RESET_BUFFER_MODE };`
      : null,
  transform: {
    filter: { id: /msgpackr.(?:un)?pack\.js$/ },
    handler(code, id) {
      const { functions, lists, shortcuts } = UNREACHED[/\w+(?=\.js$)/.exec(id)![0]]!;
      const unseen = new Set([...functions, ...lists, ...shortcuts]);
      const cuts = cutsIn(this.parse(code) as unknown as Node, code, unseen);
      if (unseen.size > 0)
        this.error(`msgpackr has no ${[...unseen].join(', ')} any more: see what headers need`);
      return { code: cutCode(code, cuts), map: null };
    },
  },
});

/** What is cut from `node`. @param unseen those of `UNREACHED` that did not come yet; shortened */
function cutsIn(node: Node, code: string, unseen: Set<string>): readonly Cut[] {
  const textOf = (field: string): string => textAt(code, node[field]);
  if (node.type === 'AssignmentExpression') {
    const right = node['right'] as Node;
    const name = /^\w+\[?/.exec(textOf('left'))?.[0] ?? '';
    // What is assigned to is no value to put a constant for.
    if (!isUnreached(name, unseen)) return cutsIn(right, code, unseen);
    return [{ ...placeOf(right), text: '[]' }];
  }
  const body = bodyOf(node);
  const name = nameOf(node, code);
  if (body !== undefined && isUnreached(name, unseen)) {
    return [{ ...placeOf(body), text: SHORTCUTS.has(name) ? '{}' : '{throw Error("left out")}' }];
  }
  const constant = HOLDERS.includes(textOf('object')) ? SETTINGS.get(textOf('property')) : undefined;
  if (constant !== undefined) return [{ ...placeOf(node), text: constant }];
  return childrenOf(node).flatMap((child) => cutsIn(child, code, unseen));
}

const placeOf = ({ start, end }: Node): { readonly start: number; readonly end: number } => ({ start, end });

const textAt = (code: string, node: unknown): string => {
  const place = node as Node | undefined;
  return place === undefined || place === null ? '' : code.slice(place.start, place.end);
};

/** Of what declares a function. */
function bodyOf(node: Node): Node | undefined {
  if (node.type === 'FunctionDeclaration') return node['body'] as Node;
  if (node.type === 'MethodDefinition') return (node['value'] as Node)['body'] as Node;
  const init = node.type === 'VariableDeclarator' ? (node['init'] as Node | null) : null;
  return init?.type === 'ArrowFunctionExpression' ? (init['body'] as Node) : undefined;
}

const nameOf = (node: Node, code: string): string =>
  textAt(code, node.type === 'MethodDefinition' ? node['key'] : node['id']);

const ALL: ReadonlySet<string> = new Set(
  Object.values(UNREACHED).flatMap(({ functions, lists, shortcuts }) => [
    ...functions,
    ...lists,
    ...shortcuts,
  ]),
);
const SHORTCUTS: ReadonlySet<string> = new Set(
  Object.values(UNREACHED).flatMap(({ shortcuts }) => shortcuts),
);

function isUnreached(name: string, unseen: Set<string>): boolean {
  unseen.delete(name);
  return ALL.has(name);
}
