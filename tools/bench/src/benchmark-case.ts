import type { PeerName } from './peers/peers.ts';

/** What is measured, and which way is better. */
export const units = {
  'samples/s': 'higher',
  'GFLOP/s': 'higher',
  'GB/s': 'higher',
  'ms/step': 'lower',
  'ms/round': 'lower',
  's/run': 'lower',
  'times a bare round': 'lower',
  'KB/step': 'lower',
  'ms/frame': 'lower',
  'us/message': 'lower',
  'tasks over 50 ms': 'lower',
  '% of a step': 'lower',
} as const satisfies Record<string, 'higher' | 'lower'>;

export type Unit = keyof typeof units;

/** A contender that is ready: warm, and proved to compute what it should. */
export interface Opened {
  /**
   * What it computed, to be compared with the other contenders of its case: strings must be equal, numbers nearly so.
   * Undefined where a measurement says it itself, or where nothing is computed that could be compared.
   */
  readonly result?: Result;
  /** What it runs on, for people: "wasm simd128", "PyTorch 2.13.0+cpu, AVX512, MKL". */
  readonly detail?: string;
  /** One figure, in the unit of the case. */
  measure(): Promise<Measurement>;
  /** Ends what it started, where it started something. */
  close?(): void;
}

export type Result = string | number;

export interface Measurement {
  readonly value: number;
  readonly result?: Result;
  /** Further figures of the same measurement, by title: "MB each way", "peak MB". */
  readonly extra?: Readonly<Record<string, number>>;
}

/** One way to do the work of a case. It runs in a process of its own. */
export interface Contender {
  readonly name: string;
  /** Whose work it is, when not ours. */
  readonly peer?: PeerName;
  /** @throws {BenchError} `unavailable` where this machine cannot run it: it is left out, and named */
  open(): Promise<Opened>;
}

/** What must hold of a contender. */
export type Requirement = {
  readonly contender: string;
  /** Worth aiming at: that it is missed is told, and is no failure. */
  readonly isAim?: true;
} & (
  | { readonly kind: 'speed'; readonly against: string; /** Times as fast. */ readonly atLeast: number }
  | { readonly kind: 'time'; readonly against: string; /** Share of its time. */ readonly atMost: number }
  | { readonly kind: 'figure'; /** In the unit of the case. */ readonly atMost: number }
);

/** Work that several contenders do, measured in alternation. */
export interface BenchmarkCase {
  readonly name: string;
  readonly unit: Unit;
  readonly contenders: readonly Contender[];
  /** The contender that the others are compared with. */
  readonly baseline: string;
  readonly requirements?: readonly Requirement[];
  /** Rounds that are enough, where one takes long. */
  readonly mostRounds?: number;
  readonly line?: LineRequirement;
}

/** How the figures of the contenders have to grow: in proportion to one of their extra figures, and no faster. */
export interface LineRequirement {
  /** Title of the extra figure. */
  readonly over: string;
  /** The last contender's figure is at most so many times what the line through those of the others says. */
  readonly atMost: number;
}
