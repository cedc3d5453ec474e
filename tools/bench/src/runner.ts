import type { BenchmarkCase, Contender, Opened, Result } from './benchmark-case.ts';
import { BenchError } from './bench-error.ts';

/** An opened contender that can be ended. */
export interface Session extends Opened {
  close(): Promise<void>;
}

/** The figures of one contender, a round each. */
export interface Samples {
  readonly contender: string;
  readonly values: readonly number[];
}

export interface RunOptions {
  readonly rounds: number;
  open(contender: Contender): Promise<Session>;
  /** Told before each round, from 1. */
  onRound?(round: number): void;
}

/**
 * Measures the contenders of a case in alternation: A B C, A B C, ... They are all open meanwhile, and never more than one
 * computes.
 * @throws {BenchError} `disagreement` when two contenders do not compute the same
 */
export async function runCase(
  { name, contenders }: BenchmarkCase,
  { rounds, open, onRound }: RunOptions,
): Promise<readonly Samples[]> {
  const entries: { contender: string; session: Session; values: number[] }[] = [];
  let agreed: { contender: string; result: Result } | undefined;
  const check = (contender: string, result: Result | undefined): void => {
    if (result === undefined) return;
    agreed ??= { contender, result };
    if (agree(agreed.result, result)) return;
    throw new BenchError(
      'disagreement',
      `${name}: "${agreed.contender}" computes ${agreed.result} and "${contender}" ${result}; ` +
        'their times cannot be compared until one of them is put right',
    );
  };
  try {
    for (const contender of contenders) {
      const session = await open(contender);
      entries.push({ contender: contender.name, session, values: [] });
      check(contender.name, session.result);
    }
    for (let round = 1; round <= rounds; round++) {
      onRound?.(round);
      for (const { contender, session, values } of entries) {
        const { value, result } = await session.measure();
        check(contender, result);
        values.push(value);
      }
    }
  } finally {
    await Promise.all(entries.map(({ session }) => session.close()));
  }
  return entries.map(({ contender, values }) => ({ contender, values }));
}

/** Peers may sum in another order: their numbers are near ours, not equal. */
const RELATIVE_TOLERANCE = 1e-3;

function agree(a: Result, b: Result): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  return Math.abs(a - b) <= RELATIVE_TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}
