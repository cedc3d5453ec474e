import type { Philox } from '@lockstep/math';
import * as v from 'valibot';
import type { Kind } from '../kinds/kind-list.ts';

/** How many values an output of a layer is made of, and how many outputs a value goes into. */
export interface Fans {
  readonly inputs: number;
  readonly outputs: number;
}

/** What a parameter's shape says where nothing else is said: a matrix is [inputs, outputs], and of a vector both are its length. */
export const fansOf = (shape: readonly number[]): Fans => ({ inputs: shape[0]!, outputs: shape.at(-1)! });

/** Where a parameter's random numbers come from: four words of 32 bits by the position of four neighbours in a row of it. */
export interface Draws {
  readonly generator: Philox;
  /** The generator's counter: the parameter's number within its layer. */
  readonly parameter: number;
  /** The layer's number among those with parameters. */
  readonly layer: number;
}

/** The parameter that is to be written. */
export interface InitializerRun<S extends Kind = Kind> {
  readonly spec: S;
  /** Row-major, overwritten. */
  readonly out: Float32Array;
  /** The last axis is a row; a parameter of one axis is one row. */
  readonly shape: readonly number[];
  readonly fans: Fans;
  readonly draws: Draws;
}

/**
 * One kind of initial values, a function of the run's seed and of the parameter's place. Float64 by + - * / and the contract's
 * functions, rounded once to float32 (contract, section 4).
 */
export interface InitializerKind<S extends Kind = Kind> extends Kind {
  readonly type: S['type'];
  /** From what a person gives to what a run keeps, every default filled in. */
  readonly schema: v.GenericSchema<unknown, S>;
  /** Settings that the golden workload tries beside the defaults; at least one where a setting has no default. */
  readonly examples?: readonly Partial<Omit<S, 'type'>>[];
  fill(at: InitializerRun<S>): void;
}

/** What values are multiplied with. */
export const gain = v.pipe(v.number(), v.finite(), v.gtValue(0, 'expected a number above 0'));
