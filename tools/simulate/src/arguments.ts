import { parseArgs } from 'node:util';
import { FAULT_KINDS, type FaultKind } from '@lockstep/simulation';

/** What the command line asks for. */
export interface Arguments {
  readonly help: boolean;
  /** The first seed. */
  readonly from: number;
  /** How many seeds, one after the other. */
  readonly seeds: number;
  /** The only kinds of fault that happen, all of them in every seed; left out, the seed chooses. */
  readonly faults?: readonly FaultKind[];
  /** No seed is begun after so many seconds. */
  readonly seconds: number;
  /** Whether to print what happens in the simulated world. */
  readonly trace: boolean;
  /** Where to write a summary that the closing line of continuous integration adds up, if anywhere. */
  readonly results?: string;
}

/** An argument that cannot be. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

const DEFAULT_SEEDS = 1000;
const MOST = 2 ** 32 - 1;

export const helpText = `Usage: npm run simulate -- [options]

Trains whole clusters on a virtual clock, a seeded network and a simulated disk, which fail in every way the seed
decides: the product's own coordinator, protocol, workers and storage, with all that is around them made up. Every run
must end with the bits of a single process, and get on whenever nothing keeps it from it. The same seed is the same run.

  --seeds <count>    seeds to try, one after the other (default: ${DEFAULT_SEEDS})
  --from <seed>      the first of them (default: 1)
  --seed <seed>      only this one
  --faults <kinds>   only these kinds of fault, a comma list, and all of them in every run
  --seconds <count>  begin no seed after so many seconds
  --trace            print what happens, with the virtual time; for one seed
  --results <file>   write passed and failed counts to this file, for the closing line of tools/ci
  --help             print this

Kinds of fault:
${FAULT_KINDS.map((kind) => `  ${kind}`).join('\n')}

Exits 1 when a run failed, with the command that repeats it; 2 on a bad argument.`;

/** @throws {ArgumentError} */
export function parseArguments(args: readonly string[]): Arguments {
  const values = parse(args);
  const { help = false, trace = false, results } = values;
  const seed = integer('--seed', values.seed);
  const from = seed ?? integer('--from', values.from) ?? 1;
  const isTimed = values.seconds !== undefined && values.seeds === undefined;
  const seeds =
    seed === undefined ? (integer('--seeds', values.seeds) ?? (isTimed ? MOST : DEFAULT_SEEDS)) : 1;
  if (seed !== undefined && (values.from !== undefined || values.seeds !== undefined)) {
    throw new ArgumentError('--seed is one seed; leave --from and --seeds out');
  }
  if (trace && seeds > 1) throw new ArgumentError('--trace is for one seed; give --seed');
  return {
    ...{ help, from, seeds, trace },
    seconds: integer('--seconds', values.seconds) ?? Infinity,
    ...(values.faults !== undefined && { faults: kindsOf(values.faults) }),
    ...(results !== undefined && { results }),
  };
}

function kindsOf(list: string): FaultKind[] {
  return list.split(',').map((name) => {
    const kind = FAULT_KINDS.find((known) => known === name);
    if (kind === undefined) throw new ArgumentError(`there is no fault called "${name}"; --help lists them`);
    return kind;
  });
}

function integer(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= MOST) return value;
  throw new ArgumentError(`${flag} takes a whole number from 1 to ${MOST}, not "${text}"`);
}

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seeds: { type: 'string' },
        from: { type: 'string' },
        seed: { type: 'string' },
        faults: { type: 'string' },
        seconds: { type: 'string' },
        trace: { type: 'boolean' },
        results: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (cause) {
    throw new ArgumentError(`${(cause as Error).message}; --help lists the options`, { cause });
  }
};
