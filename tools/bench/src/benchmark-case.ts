import type { PeerName } from './peers.ts';

/** What is measured, and which way is better. */
export const units = {
  'samples/s': 'higher',
  'GFLOP/s': 'higher',
  'ms/step': 'lower',
} as const satisfies Record<string, 'higher' | 'lower'>;

export type Unit = keyof typeof units;

/** A contender that is ready: warm, and proved to compute what it should. */
export interface Opened {
  /**
   * What it computed, to be compared with the other contenders of its case: strings must be equal, numbers nearly so.
   * Undefined where a measurement says it itself.
   */
  readonly result?: Result;
  /** One figure, in the unit of the case. */
  measure(): Promise<Measurement>;
}

export type Result = string | number;

export interface Measurement {
  readonly value: number;
  readonly result?: Result;
}

/** One way to do the work of a case. It runs in a process of its own. */
export interface Contender {
  readonly name: string;
  /** Whose work it is, when not ours. */
  readonly peer?: PeerName;
  open(): Promise<Opened>;
}

/** Work that several contenders do, measured in alternation. */
export interface BenchmarkCase {
  readonly name: string;
  readonly unit: Unit;
  readonly contenders: readonly Contender[];
  /** The contender that the others are compared with. */
  readonly baseline: string;
  /** What must hold: `contender` is at least so many times as fast as the baseline. */
  readonly requirement?: { readonly contender: string; readonly atLeast: number };
}
