import { parseArgs } from 'node:util';
import { BareError } from '../bare/bare-error.ts';

export interface Options {
  readonly against: string;
  readonly rounds: number;
}

/** Reads the command line. @throws {BareError} `bad-argument` */
export function readOptions(args: readonly string[]): Options | 'help' {
  const { against, rounds, help } = parsed(args);
  if (help === true) return 'help';
  if (!/^[1-9]\d?$/.test(rounds))
    throw new BareError('bad-argument', `--rounds takes 1 to 99, not ${rounds}`);
  if (!/^[\w./~^-]+$/.test(against) || against.startsWith('-')) {
    throw new BareError('bad-argument', `--against takes a commit, not ${against}`);
  }
  return { against, rounds: Number(rounds) };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        against: { type: 'string', default: '5789bb8' },
        rounds: { type: 'string', default: '3' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new BareError('bad-argument', (error as Error).message);
  }
}

/** Whether a line of `--format json` tells of something after the first step; other lines of the output do not count. */
export function isStepOne(line: string): boolean {
  try {
    const event: unknown = JSON.parse(line);
    return typeof event === 'object' && event !== null && 'step' in event && event.step === 1;
  } catch {
    return false;
  }
}

/** The middle value; of an even count, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
