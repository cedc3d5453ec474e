import { parseArgs } from 'node:util';
import { BareError } from './bare-error.ts';
import type { UserKind } from './tree.ts';

export const HELP = `Usage: npm run bare -- [options]

Makes Debian's smallest installation with Node and npm and nothing else, and runs there what the
README gives, in a clone of the last commit and without this machine's environment:
"npm ci && npm start", whose weights must have the README's sha256, and "npm ci && npm test".
Every suite, Node and user is tried with every other. Needs root, debootstrap, git and iproute2.

  --suite <name>     bookworm or trixie, or another that debootstrap knows (default: both)
  --node <version>   as the npm registry names it (default: 20 and 24)
  --npm <version>    in place of the one that comes with that Node
  --user <kind>      root or ordinary (default: both)
  --no-test          only npm start
  --offline          each a second time, without a network, from the caches that the first one filled
  --keep             leave the trees and the logs, and say where
  --results <file>   write passed and failed counts to this file, for the closing line of tools/ci
  --help             print this

The first four, but for --npm, may be given again. Exits 1 when something fails, 2 on a bad argument.`;

export interface Options {
  readonly suites: readonly string[];
  readonly nodes: readonly string[];
  readonly npm: string | undefined;
  readonly users: readonly UserKind[];
  readonly hasTests: boolean;
  readonly isOfflineToo: boolean;
  readonly isKept: boolean;
  readonly results: string | undefined;
}

/** Reads the command line. @throws {BareError} `bad-argument` */
export function readOptions(args: readonly string[]): Options | 'help' {
  const values = parsed(args);
  if (values.help === true) return 'help';
  const users = values.user.filter((user): user is UserKind => user === 'root' || user === 'ordinary');
  if (users.length < values.user.length) throw badArgument('--user takes root or ordinary');
  for (const suite of values.suite) {
    if (!/^[a-z]+$/.test(suite)) throw badArgument(`--suite takes a suite of Debian, not ${suite}`);
  }
  for (const version of [...values.node, values.npm ?? '1']) {
    if (!/^\d+(?:\.\d+){0,2}$/.test(version)) throw badArgument(`${version} is no version of Node or npm`);
  }
  return {
    suites: values.suite,
    nodes: values.node,
    npm: values.npm,
    users,
    hasTests: values['no-test'] !== true,
    isOfflineToo: values.offline === true,
    isKept: values.keep === true,
    results: values.results,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        suite: { type: 'string', multiple: true, default: ['bookworm', 'trixie'] },
        node: { type: 'string', multiple: true, default: ['20', '24'] },
        npm: { type: 'string' },
        user: { type: 'string', multiple: true, default: ['root', 'ordinary'] },
        'no-test': { type: 'boolean' },
        offline: { type: 'boolean' },
        keep: { type: 'boolean' },
        results: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw badArgument((error as Error).message);
  }
}

const badArgument = (message: string): BareError => new BareError('bad-argument', message);
