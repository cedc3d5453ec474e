import { parseArgs } from 'node:util';
import type { Engine } from './engine.ts';
import { GoldenError } from './golden-error.ts';

/** What the command line asks for. */
export interface Arguments {
  readonly help: boolean;
  /** The engines asked for by name; all there are, when empty. */
  readonly only: readonly string[];
  /** The engines of continuous integration, asked for. */
  readonly ci: boolean;
  /** Whether to install packages of Debian that are missing. */
  readonly install: boolean;
  /** Where to write the table as JSON, if anywhere. */
  readonly json?: string;
  /** Where to write a summary that the closing line of continuous integration adds up, if anywhere. */
  readonly results?: string;
}

type EngineHelp = Pick<Engine, 'name' | 'title' | 'isInCi' | 'debianPackages'>;

export const helpText = (engines: readonly EngineHelp[]): string => `Usage: npm run golden -- [options]

Recomputes the golden workload on every engine and backend there is here, and holds its digest against
the one that is checked in: the contract's bits. A line that is NOT EQUAL names the sections, and so the
kernels, that differ. Engines from npm are installed into tools/golden/.engines when they are missing
(remove that folder to get newer ones); for Debian's packages the line to install them is printed.

  --only <name>      only this engine, which then must run; may be given again
  --ci               only the engines of continuous integration (marked +), which then must run
  --install          install the packages of Debian that are missing, with apt-get
  --json <file>      write the table, and the digests of all sections, to this file too
  --results <file>   write passed and failed counts to this file, for the closing line of tools/ci
  --help             print this

Engines:
${engines.map(engineLine).join('\n')}

Exits 1 on any difference that is not known of an engine, and when an engine that was asked for could not run; 2 on a bad argument.`;

const engineLine = ({ name, title, isInCi, debianPackages }: EngineHelp): string => {
  const needs = debianPackages.length === 0 ? '' : ` (Debian: ${debianPackages.join(' ')})`;
  return `  ${isInCi ? '+' : ' '} ${name.padEnd(16)} ${title()}${needs}`;
};

/** @throws {GoldenError} `bad-argument` */
export function parseArguments(args: readonly string[], engineNames: readonly string[]): Arguments {
  const { help = false, only = [], ci = false, install = false, json, results } = parse(args);
  const unknown = only.find((name) => !engineNames.includes(name));
  if (unknown !== undefined) throw badArgument(`there is no engine "${unknown}"; --help lists them`);
  if (ci && only.length > 0) throw badArgument('--ci and --only each say which engines; give one of them');
  return {
    help,
    only,
    ci,
    install,
    ...(json !== undefined && { json }),
    ...(results !== undefined && { results }),
  };
}

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        only: { type: 'string', multiple: true },
        ci: { type: 'boolean' },
        install: { type: 'boolean' },
        json: { type: 'string' },
        results: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (cause) {
    throw badArgument(`${(cause as Error).message}; --help lists the options`, { cause });
  }
};

const badArgument = (message: string, options?: ErrorOptions): GoldenError =>
  new GoldenError('bad-argument', message, options);
