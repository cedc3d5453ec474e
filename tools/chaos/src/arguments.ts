import { parseArgs } from 'node:util';
import type { Row } from './row.ts';

/** What the command line asks for. */
export interface Arguments {
  readonly help: boolean;
  readonly list: boolean;
  /** Tell what is recorded, and run nothing. */
  readonly status: boolean;
  /** Leave out what is recorded for this commit already. */
  readonly resume: boolean;
  /** Rows asked for; all, when empty. */
  readonly rows: readonly string[];
  readonly repeat: number;
  /** Minutes of a run without a fault, instead of the rows. */
  readonly soak?: number;
  /** Seconds after which no further row is started; none when undefined. */
  readonly budget?: number;
  /** Tenths of cores that rows may keep busy side by side; those of the machine when undefined. */
  readonly load?: number;
  /** Where to write everything as JSON, if anywhere. */
  readonly json?: string;
  /** Where to write counts that the closing line of continuous integration adds up, if anywhere. */
  readonly results?: string;
}

/** What is wrong with the command line, for people. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

export const helpText = (
  rows: readonly Pick<Row, 'id' | 'title'>[],
): string => `Usage: npm run chaos -- [options]

Does damage to runs with real processes on the loopback interface, and checks after each that exactly what
is promised happened (docs/operations.md), that the weights are those of a single process, and that the
journal is sound. One line a row. Needs a build (npm run build) and Linux.

  --row <id>        only this row; may be given again
  --repeat <count>  so many times each (default: 1); every time is recorded with its commit
  --resume          leave out what is recorded for this commit already: 20 of 20 in several calls
  --soak <minutes>  no row, but a run without a fault for so long: does memory keep its size?
  --budget <s>      start no row after so many seconds
  --status          what is recorded, and run nothing
  --load <tenths>   tenths of cores that rows may keep busy side by side (default: those of this machine)
  --json <file>     write rows, figures and failures to this file too
  --results <file>  write passed and failed counts to this file, for the closing line of tools/ci
  --list            the rows, and nothing else
  --help            print this

Rows:
${rows.map(({ id, title }) => `  ${id}  ${title}`).join('\n')}

Exits 1 when a row fails, 2 on a bad argument.`;

/** @throws {ArgumentError} */
export function parseArguments(args: readonly string[], ids: readonly string[]): Arguments {
  const {
    help = false,
    list = false,
    status = false,
    resume = false,
    row = [],
    json,
    results,
    ...numbers
  } = parse(args);
  const unknown = row.find((id) => !ids.includes(id.toUpperCase()));
  if (unknown !== undefined) throw new ArgumentError(`there is no row "${unknown}"; --list names them`);
  const repeat = countOf('repeat', numbers.repeat) ?? 1;
  const budget = countOf('budget', numbers.budget);
  const soak = countOf('soak', numbers.soak);
  if (soak !== undefined && row.length > 0)
    throw new ArgumentError('--soak is instead of rows: leave --row out');
  const load = countOf('load', numbers.load);
  return {
    ...{ help, list, status, resume, repeat, rows: row.map((id) => id.toUpperCase()) },
    ...(budget !== undefined && { budget }),
    ...(soak !== undefined && { soak }),
    ...(load !== undefined && { load }),
    ...(json !== undefined && { json }),
    ...(results !== undefined && { results }),
  };
}

function countOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const count = Number(text);
  if (Number.isInteger(count) && count > 0 && count <= 100_000) return count;
  throw new ArgumentError(`--${name} takes a whole number above 0, not "${text}"`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        row: { type: 'string', multiple: true },
        repeat: { type: 'string' },
        resume: { type: 'boolean' },
        budget: { type: 'string' },
        soak: { type: 'string' },
        status: { type: 'boolean' },
        load: { type: 'string' },
        json: { type: 'string' },
        results: { type: 'string' },
        list: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (cause) {
    throw new ArgumentError(`${(cause as Error).message}; --help lists the options`, { cause });
  }
}
