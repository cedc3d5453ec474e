import { builtinModules } from 'node:module';
import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';
import { boundaryRule } from './tools/ci/boundary-rule.mjs';
import { readWorkspace, tagValues, workspaceRoot } from './tools/ci/workspace.mjs';

const packages = readWorkspace();
const isIn =
  (dimension, ...values) =>
  (pkg) =>
    values.some((value) => tagValues(pkg, dimension).includes(value));
const sourcesOf = (members) => members.map((pkg) => `${pkg.folder}/src/**/*.{ts,tsx}`);

const core = packages.filter(isIn('layer', 'core'));
const neutral = packages.filter(isIn('platform', 'neutral'));
const browser = packages.filter(isIn('platform', 'browser'));
const testFiles = ['**/src/**/*.test.{ts,tsx}', '**/src/testing/**/*.ts'];

const forbid = (message, names) => names.map((name) => ({ name, message }));
const nodeOnly = forbid('Only packages tagged platform:node may use Node.', [
  ...['process', 'Buffer', 'global', 'require', 'module', 'exports', '__dirname', '__filename'],
  ...['setImmediate', 'clearImmediate', 'Bun', 'Deno'],
]);
const browserOnly = forbid('Only packages tagged platform:browser may use the browser.', [
  ...['window', 'self', 'document', 'navigator', 'location', 'localStorage', 'sessionStorage', 'indexedDB'],
  ...['XMLHttpRequest', 'EventSource', 'Worker', 'SharedWorker', 'postMessage', 'requestAnimationFrame'],
]);
const noConsole = forbid('Libraries do not print; report through events or errors.', ['console']);
const effects = forbid('Core is pure: time, randomness and effects belong to the shell around it.', [
  ...['Date', 'performance', 'Temporal', 'WebSocket', 'WebSocketStream', 'fetch', 'crypto', 'Intl'],
  ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'queueMicrotask', 'BroadcastChannel'],
  ...['MessageChannel', 'MessagePort', 'WeakRef', 'FinalizationRegistry'],
]);
const coreGlobals = [...nodeOnly, ...browserOnly, ...noConsole, ...effects];
const restrictGlobals = (globals) => ({
  'no-restricted-globals': [
    'error',
    { globals, checkGlobalObject: true, globalObjects: ['global', 'self', 'window'] },
  ],
});

/** A room is entered by a door its package.json declares: `@lockstep/math`, `@lockstep/math/testing`. */
const doors = packages.flatMap((pkg) => pkg.doors);
const pastTheDoor = `^@lockstep/(?!(?:${doors.map((door) => door.slice('@lockstep/'.length)).join('|')})$)`;
const builtins = `^(?:node:.*|(?:${builtinModules.filter((name) => !name.startsWith('_')).join('|')})(?:/.*)?)$`;

const importRules = {
  door: {
    regex: pastTheDoor,
    message: 'Enter a room by its door, a path its package.json exports; applications and tools have none.',
  },
  node: { regex: builtins, message: 'Only packages tagged platform:node may import Node built-ins.' },
  testing: {
    regex: '^(?:vitest|fast-check)(?:/|$)|^@lockstep/[^/]+/testing$',
    message: 'Only tests, src/testing and tools may import what tests need.',
  },
  runners: {
    regex: '^(?:vitest|fast-check)(?:/|$)',
    message: 'Only tests and src/testing may import test runners.',
  },
};
const restrictImports = (...rules) => ({ 'no-restricted-imports': ['error', { patterns: rules }] });
// What the rule above does not look at: import('...'), as an expression and as a type.
const inlineImports = (...rules) =>
  rules.flatMap(({ regex, message }) =>
    ['ImportExpression > Literal.source', 'TSImportType Literal'].map((place) => ({
      selector: `${place}[value=/${regex.replaceAll('/', '\\/')}/]`,
      message,
    })),
  );

const exactMath = [
  'abs',
  'ceil',
  'clz32',
  'floor',
  'fround',
  'imul',
  'max',
  'min',
  'round',
  'sign',
  'sqrt',
  'trunc',
];
const exactConstants = ['E', 'LN10', 'LN2', 'LOG10E', 'LOG2E', 'PI', 'SQRT1_2', 'SQRT2'];
const inexact =
  'Engines differ in the last bit (contract exact-2, section 1): use the functions of @lockstep/math.';
const coreSyntax = [
  { selector: ':not(MemberExpression) > Identifier[name="Math"]', message: 'Call Math.x directly.' },
  { selector: 'MemberExpression > Identifier.property[name="Math"]', message: 'Call Math.x directly.' },
  { selector: 'BinaryExpression[operator="**"]:not([left.value=2])', message: inexact },
  { selector: 'BinaryExpression[operator="**"][right.raw=/[.e]/i]', message: inexact },
  { selector: 'AssignmentExpression[operator="**="]', message: inexact },
  {
    selector: `:matches(VariableDeclaration[declare=true] > VariableDeclarator, TSDeclareFunction[declare=true]) > Identifier.id[name=/^(?:${coreGlobals.map(({ name }) => name).join('|')})$/]`,
    message: 'Core may not declare its way to the platform.',
  },
];
const testSyntax = [
  {
    selector:
      'MemberExpression[object.name=/^(?:it|test|describe)$/][property.name=/^(?:only|skip|todo|fails)$/]',
    message: 'Every test runs, or does not exist.',
  },
];

/** What plain scripts may use without an import; TypeScript sees to it elsewhere. */
const scriptGlobals = [
  ...['process', 'console', 'Buffer', 'URL', 'URLSearchParams', 'WebAssembly', 'TextEncoder', 'TextDecoder'],
  ...['performance', 'fetch', 'AbortController', 'AbortSignal', 'structuredClone'],
  ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'queueMicrotask'],
];

const base = {
  'lockstep/boundaries': 'error',
  ...restrictImports(importRules.door, importRules.testing),
  'no-restricted-syntax': ['error', ...inlineImports(importRules.door, importRules.testing)],
  'max-lines': ['error', { max: 350 }],
  eqeqeq: 'error',
  'no-control-regex': 'off', // names and frames of strangers are searched for control characters
  'no-param-reassign': 'error',
  'object-shorthand': 'error',
};

const typed = {
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
  '@typescript-eslint/explicit-module-boundary-types': 'error',
  '@typescript-eslint/no-floating-promises': 'error',
  '@typescript-eslint/no-unnecessary-boolean-literal-compare': 'error',
  '@typescript-eslint/no-unused-vars': [
    'error',
    { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
  ],
  '@typescript-eslint/prefer-readonly': 'error',
  '@typescript-eslint/require-await': 'off', // an interface may be asynchronous where one implementation is not
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
  '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
  '@typescript-eslint/unbound-method': 'off', // interfaces here are implemented by closures, which have no `this`
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
};

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/*.generated.ts',
      '**/assembly/**',
      '**/.nx/**',
      '**/.engines/**',
      '**/coverage/**',
      'runs/**',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },
  eslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx,mjs}'],
    plugins: { lockstep: { rules: { boundaries: boundaryRule } } },
    rules: base,
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['vitest.shared.ts'] },
        tsconfigRootDir: workspaceRoot,
      },
    },
    rules: typed,
  },
  { files: ['**/*.d.ts'], rules: { '@typescript-eslint/no-unused-vars': 'off' } },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: Object.fromEntries(scriptGlobals.map((name) => [name, 'readonly'])) },
  },
  {
    files: sourcesOf([...browser, ...neutral]),
    ignores: testFiles,
    rules: {
      ...restrictImports(importRules.door, importRules.testing, importRules.node),
      'no-restricted-syntax': [
        'error',
        ...inlineImports(importRules.door, importRules.testing, importRules.node),
      ],
      '@typescript-eslint/triple-slash-reference': [
        'error',
        { lib: 'never', path: 'always', types: 'never' },
      ],
      ...restrictGlobals(nodeOnly),
    },
  },
  {
    files: sourcesOf(neutral),
    ignores: testFiles,
    rules: restrictGlobals([...nodeOnly, ...browserOnly, ...noConsole]),
  },
  {
    files: sourcesOf(core),
    ignores: testFiles,
    rules: {
      ...restrictGlobals(coreGlobals),
      'no-restricted-properties': [
        'error',
        { object: 'Math', allowProperties: [...exactMath, ...exactConstants], message: inexact },
      ],
      'no-restricted-syntax': [
        'error',
        ...inlineImports(importRules.door, importRules.testing, importRules.node),
        ...coreSyntax,
      ],
    },
  },
  {
    files: testFiles,
    rules: {
      ...restrictImports(importRules.door),
      'no-restricted-syntax': ['error', ...inlineImports(importRules.door), ...testSyntax],
      '@typescript-eslint/no-unsafe-assignment': 'off', // vitest's asymmetric matchers are `any`
    },
  },
  {
    // A tool may do to the product what its tests do to a room: nothing depends on a tool.
    files: ['tools/*/src/**/*.ts'],
    ignores: testFiles,
    rules: {
      ...restrictImports(importRules.door, importRules.runners),
      'no-restricted-syntax': ['error', ...inlineImports(importRules.door, importRules.runners)],
    },
  },
  {
    files: ['**/vitest.config.ts', 'vitest.shared.ts'],
    rules: { 'no-restricted-imports': 'off', 'lockstep/boundaries': 'off' },
  },
);
