import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { beforeAll, describe, expect, it } from 'vitest';
import { workspaceRoot } from '../workspace.mjs';

/** The project's own configuration. Types are left out: no rule tested here needs them, and the files do not exist. */
const eslint = new ESLint({
  cwd: workspaceRoot,
  overrideConfig: [
    {
      files: ['**/*.ts'],
      languageOptions: { parserOptions: { projectService: false } },
      rules: { ...tseslint.configs.disableTypeChecked.rules },
    },
  ],
});

/** The messages of the lint for one line of source in `file`, each with its rule; unused names do not matter here. */
async function lint(file: string, source: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${source}\n`, { filePath: `${workspaceRoot}/${file}` });
  return result!.messages
    .filter((message) => message.ruleId !== '@typescript-eslint/no-unused-vars')
    .map((message) => `${message.ruleId}: ${message.message}`);
}

const boundary = 'lockstep/boundaries: ';
const imports = 'no-restricted-imports: ';
const syntax = 'no-restricted-syntax: ';
const globals = 'no-restricted-globals: ';

interface Case {
  readonly what: string;
  readonly file: string;
  readonly source: string;
  /** How at least one message must begin: the rule, and what it says where a rule could speak for two reasons. */
  readonly expected: string;
}

const dependencies: readonly Case[] = [
  {
    what: 'core importing an adapter',
    file: 'libs/metrics/src/x.ts',
    source: "import * as other from '@lockstep/transport';",
    expected: `${boundary}A package tagged with "layer:core" can only depend on`,
  },
  {
    what: 'neutral importing a room of Node',
    file: 'libs/transport/src/x.ts',
    source: "import * as other from '@lockstep/storage';",
    expected: `${boundary}A package tagged with "platform:neutral" can only depend on`,
  },
  {
    what: 'the browser importing a room of Node',
    file: 'apps/web/src/x.ts',
    source: "import * as other from '@lockstep/storage';",
    expected: `${boundary}A package tagged with "platform:browser" can only depend on`,
  },
  {
    what: 'math importing nn',
    file: 'libs/math/src/x.ts',
    source: "import * as other from '@lockstep/nn';",
    expected: boundary,
  },
  {
    what: 'a room of core importing its neighbour in the same row',
    file: 'libs/coordination/src/x.ts',
    source: "import * as other from '@lockstep/worker';",
    expected: `${boundary}A package tagged with "room:coordination" can only depend on`,
  },
  {
    what: 'importing only the types of a forbidden room',
    file: 'libs/coordination/src/x.ts',
    source: "import type * as other from '@lockstep/worker';",
    expected: boundary,
  },
  {
    what: 're-exporting a forbidden room',
    file: 'libs/coordination/src/x.ts',
    source: "export * from '@lockstep/worker';",
    expected: boundary,
  },
  {
    what: 'loading a forbidden room later',
    file: 'libs/coordination/src/x.ts',
    source: "export const other = import('@lockstep/worker');",
    expected: boundary,
  },
  {
    what: 'an application importing another by its name',
    file: 'apps/cli/src/x.ts',
    source: "import * as other from '@lockstep/coordinator';",
    expected: imports,
  },
  {
    what: 'an application importing another by its path',
    file: 'apps/cli/src/x.ts',
    source: "import * as other from '../../coordinator/src/main.ts';",
    expected: boundary,
  },
  {
    what: 'a library importing a tool',
    file: 'libs/storage/src/x.ts',
    source: "import * as other from '../../../tools/ci/workspace.mjs';",
    expected: boundary,
  },
  {
    what: 'a relative path into another room',
    file: 'libs/nn/src/x.ts',
    source: "import * as other from '../../math/src/index.ts';",
    expected: boundary,
  },
  {
    what: 'a name past the door',
    file: 'libs/nn/src/x.ts',
    source: "import * as other from '@lockstep/math/src/backend.ts';",
    expected: imports,
  },
  {
    what: 'a later import past the door',
    file: 'apps/cli/src/x.ts',
    source: "export const other = import('@lockstep/math/src/backend.ts');",
    expected: syntax,
  },
  {
    what: 'a test tool in shipped source',
    file: 'libs/nn/src/x.ts',
    source: "import * as vitest from 'vitest';",
    expected: imports,
  },
  {
    what: 'core importing a package that is not on its list',
    file: 'libs/nn/src/x.ts',
    source: "import * as other from 'typescript';",
    expected: `${boundary}A package tagged with "layer:core" is not allowed to import`,
  },
];

const platform: readonly Case[] = [
  ...[
    "import * as fs from 'node:fs';",
    "import * as fs from 'fs/promises';",
    "import type fs from 'node:fs';",
  ].map((source) => ({ what: source, file: 'libs/coordination/src/x.ts', source, expected: imports })),
  ...["export const fs = import('node:fs');", "export type Stats = import('node:fs').Stats;"].map(
    (source) => ({
      what: source,
      file: 'libs/coordination/src/x.ts',
      source,
      expected: syntax,
    }),
  ),
  ...[
    'Date.now()',
    'performance.now()',
    'process.env',
    'Buffer.alloc(1)',
    'setTimeout(() => undefined, 1)',
    'new WebSocket("ws://x")',
    'fetch("x")',
    'console.log(1)',
    'globalThis.Date',
    'globalThis.process',
  ].map((expression) => ({
    what: expression,
    file: 'libs/coordination/src/x.ts',
    source: `export const x = ${expression};`,
    expected: globals,
  })),
  {
    what: 'a declared global',
    file: 'libs/coordination/src/x.ts',
    source: 'declare const process: { pid: number };\nexport const x = process.pid;',
    expected: syntax,
  },
  ...['Math.random()', 'Math.exp(1)', 'Math.log(1)', 'Math.pow(3, 2)', 'Math.tanh(1)', "Math['exp'](1)"].map(
    (expression) => ({
      what: expression,
      file: 'libs/nn/src/x.ts',
      source: `export const x = ${expression};`,
      expected: 'no-restricted-properties: ',
    }),
  ),
  ...[
    'export const x = 3 ** 2;',
    'export const x = 2 ** 0.5;',
    'let x = 3;\nx **= 2;',
    'const { exp } = Math;',
  ].map((source) => ({ what: source, file: 'libs/nn/src/x.ts', source, expected: syntax })),
  ...["import 'node:fs';", "import 'path';"].map((source) => ({
    what: `${source} in a neutral adapter`,
    file: 'libs/transport/src/x.ts',
    source,
    expected: imports,
  })),
  ...['Buffer.alloc(1)', 'process.pid', 'document.title'].map((expression) => ({
    what: `${expression} in a neutral adapter`,
    file: 'libs/transport/src/x.ts',
    source: `export const x = ${expression};`,
    expected: globals,
  })),
  {
    what: 'a test that is switched off',
    file: 'libs/nn/src/x.test.ts',
    source: "import { it } from 'vitest';\nit.skip('x', () => undefined);",
    expected: syntax,
  },
];

const allowed: readonly Omit<Case, 'expected'>[] = [
  {
    what: 'an earlier room of core',
    file: 'libs/nn/src/x.ts',
    source: "import * as math from '@lockstep/math';\nimport * as data from '@lockstep/data';",
  },
  {
    what: 'core below an adapter',
    file: 'libs/storage/src/x.ts',
    source: "import * as data from '@lockstep/data';",
  },
  {
    what: 'libraries below an application',
    file: 'apps/coordinator/src/x.ts',
    source:
      "import * as fs from 'node:fs';\nimport * as storage from '@lockstep/storage';\nimport * as nn from '@lockstep/nn';",
  },
  {
    what: 'libraries below a tool',
    file: 'tools/bench/src/x.ts',
    source: "import * as math from '@lockstep/math';",
  },
  {
    what: 'exact arithmetic in core',
    file: 'libs/nn/src/x.ts',
    source: 'export const x = Math.fround(Math.sqrt(2) + Math.floor(2 ** 31));',
  },
  {
    what: 'a clock and a socket in a neutral adapter',
    file: 'libs/transport/src/x.ts',
    source: 'export const x = setTimeout(() => new WebSocket("ws://x"), 1);',
  },
  {
    what: 'anything the machine has in a test',
    file: 'libs/math/src/x.test.ts',
    source: "import * as fs from 'node:fs';\nexport const x = Math.exp(1) + fs.constants.F_OK;",
  },
  {
    what: 'test tools in a contract suite',
    file: 'libs/math/src/testing/x.ts',
    source: "import * as vitest from 'vitest';\nimport * as fc from 'fast-check';",
  },
  {
    what: "what a room's tests need in a tool",
    file: 'tools/chaos/src/x.ts',
    source: "import { mutant } from '@lockstep/protocol/testing';\nexport const x = mutant;",
  },
  { what: 'printing in an application', file: 'apps/cli/src/x.ts', source: 'console.log(Date.now());' },
];

describe('lint', () => {
  // Loading the configuration takes seconds on a busy machine.
  beforeAll(async () => {
    await lint('libs/nn/src/x.ts', 'export {};');
  }, 60_000);

  for (const { what, file, source, expected } of [...dependencies, ...platform]) {
    it(`refuses ${what}`, async () => {
      const messages = await lint(file, source);
      expect(messages.filter((message) => message.startsWith(expected))).not.toEqual([]);
    });
  }

  for (const { what, file, source } of allowed) {
    it(`allows ${what}`, async () => {
      expect(await lint(file, source)).toEqual([]);
    });
  }
});
