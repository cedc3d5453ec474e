import type { BenchmarkCase, Contender, Opened, Result } from './benchmark-case.ts';
import { BenchError } from './bench-error.ts';

/** An opened contender that can be ended. */
export interface Session extends Omit<Opened, 'close'> {
  close(): Promise<void>;
}

/** The figures of one contender, a round each. */
export interface Samples {
  readonly contender: string;
  readonly detail?: string;
  readonly values: readonly number[];
  /** Further figures by title, a round each. */
  readonly extra: Readonly<Record<string, readonly number[]>>;
}

/** What came of a case. */
export interface CaseSamples {
  readonly samples: readonly Samples[];
  /** Contenders that do not run on this machine, and why. */
  readonly absent: readonly { readonly contender: string; readonly reason: string }[];
}

export interface RunOptions {
  readonly rounds: number;
  open(contender: Contender): Promise<Session>;
  /** Told before each round, from 1. */
  onRound?(round: number): void;
}

interface Entry {
  readonly contender: string;
  readonly session: Session;
  readonly values: number[];
  readonly extra: Record<string, number[]>;
}

/**
 * Measures the contenders of a case in alternation: A B C, A B C, ... They are all open meanwhile, and never more than one
 * computes.
 * @throws {BenchError} `disagreement` when two contenders do not compute the same
 */
export async function runCase(
  { name, contenders }: BenchmarkCase,
  { rounds, open, onRound }: RunOptions,
): Promise<CaseSamples> {
  const entries: Entry[] = [];
  const absent: { contender: string; reason: string }[] = [];
  const check = agreement(name);
  try {
    for (const contender of contenders) {
      const session = await openIfPossible(contender, open);
      if (session instanceof BenchError) {
        absent.push({ contender: contender.name, reason: session.message });
        continue;
      }
      entries.push({ contender: contender.name, session, values: [], extra: {} });
      check(contender.name, session.result);
    }
    for (let round = 1; round <= rounds; round++) {
      onRound?.(round);
      for (const { contender, session, values, extra } of entries) {
        const measurement = await session.measure();
        check(contender, measurement.result);
        values.push(measurement.value);
        for (const [title, figure] of Object.entries(measurement.extra ?? {}))
          (extra[title] ??= []).push(figure);
      }
    }
  } finally {
    await Promise.all(entries.map(({ session }) => session.close()));
  }
  const samples = entries.map(({ contender, session: { detail }, values, extra }) => ({
    contender,
    ...(detail !== undefined && { detail }),
    values,
    extra,
  }));
  return { samples, absent };
}

async function openIfPossible(contender: Contender, open: RunOptions['open']): Promise<Session | BenchError> {
  try {
    return await open(contender);
  } catch (error) {
    if (error instanceof BenchError && error.code === 'unavailable') return error;
    throw error;
  }
}

/** What compares each result of a case with the first. */
function agreement(name: string): (contender: string, result: Result | undefined) => void {
  let agreed: { readonly contender: string; readonly result: Result } | undefined;
  return (contender, result) => {
    if (result === undefined) return;
    agreed ??= { contender, result };
    if (agree(agreed.result, result)) return;
    throw new BenchError(
      'disagreement',
      `${name}: "${agreed.contender}" computes ${agreed.result} and "${contender}" ${result}; ` +
        'their times cannot be compared until one of them is put right',
    );
  };
}

/** Peers may sum in another order: their numbers are near ours, not equal. */
const RELATIVE_TOLERANCE = 1e-3;

/** Whether two contenders computed the same, as far as that can be said. */
export function agree(a: Result, b: Result): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b;
  return Math.abs(a - b) <= RELATIVE_TOLERANCE * Math.max(Math.abs(a), Math.abs(b));
}
