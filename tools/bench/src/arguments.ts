import { parseArgs } from 'node:util';
import { BenchError } from './bench-error.ts';
import { TORCH_VERSION } from './peers/torch-peer.ts';

const DEFAULT_ROUNDS = 5;

/** What the command line asks for. */
export interface Arguments {
  readonly help: boolean;
  /** Installs the peers, and measures nothing. */
  readonly install: boolean;
  /** Whether a build of PyTorch with CUDA will do. */
  readonly anyTorch: boolean;
  readonly peers: boolean;
  readonly rounds: number;
  /** Where to write the report, if anywhere. */
  readonly json?: string;
  /** Only cases whose name contains one of these; all, when empty. */
  readonly only: readonly string[];
}

export const helpText = (caseNames: readonly string[]): string => `Usage: npm run bench -- [options]

Measures Lockstep, and its peers beside it. The contenders of a case run in processes of their own
and take turns (A B, A B, ...); a ratio is the median of the rounds' ratios. tf.js is installed with
npm into tools/bench/.peers when it is missing, and PyTorch ${TORCH_VERSION} with pip, the build for processors
alone, into a virtual environment below ~/.cache/lockstep; OpenBLAS is measured where --install, or you, have
installed Debian's package libopenblas0-pthread.

  --install          install every peer that is missing, the Debian package with apt-get as root
  --any-torch        take a build of PyTorch with CUDA, gigabytes, where pip knows of no other
  --rounds <count>   turns of each contender (default: ${DEFAULT_ROUNDS})
  --only <text>      only cases whose name contains this; may be given again
  --no-peers         Lockstep alone: nothing is installed or compared
  --json <file>      write the report, with every sample, to this file too
  --help             print this

How OpenBLAS and PyTorch are fastest here (kernels, layout, update, waiting) is found out first. What an earlier run found, the
"settings" of its report, is taken from the environment variable BENCH_SETTINGS instead.

Cases:
${caseNames.map((name) => `  ${name}`).join('\n')}

Exits 1 when a requirement is missed or something could not be measured, 2 on a bad argument.`;

/** @throws {BenchError} `bad-argument` */
export function parseArguments(args: readonly string[], caseNames: readonly string[]): Arguments {
  const { values } = parse(args);
  const rounds = Number(values.rounds ?? DEFAULT_ROUNDS);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1000) {
    throw badArgument(`--rounds takes a whole number from 1 to 1000, not "${values.rounds}"`);
  }
  const only = values.only ?? [];
  const unknown = only.find((text) => !caseNames.some((name) => name.includes(text)));
  if (unknown !== undefined) throw badArgument(`no case is named like "${unknown}"; --help lists them`);
  return {
    help: values.help ?? false,
    install: values.install ?? false,
    anyTorch: values['any-torch'] ?? false,
    peers: values['no-peers'] !== true,
    rounds,
    ...(values.json !== undefined && { json: values.json }),
    only,
  };
}

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        install: { type: 'boolean' },
        'any-torch': { type: 'boolean' },
        rounds: { type: 'string' },
        only: { type: 'string', multiple: true },
        'no-peers': { type: 'boolean' },
        json: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (cause) {
    throw badArgument(`${(cause as Error).message}; --help lists the options`, { cause });
  }
};

const badArgument = (message: string, options?: ErrorOptions): BenchError =>
  new BenchError('bad-argument', message, options);
