import type { Lab } from './lab/lab.ts';

/** One fault of the matrix. */
export interface Row {
  /** Of the matrix in docs/operations.md. */
  readonly id: string;
  readonly title: string;
  /** Tenths of a core that it keeps busy, as far as rows are run side by side. */
  readonly load: number;
  /** How long it takes about: the longest start first. */
  readonly seconds: number;
  /** Does the damage and checks what the matrix promises. @returns figures for people @throws {RowFailure} */
  run(lab: Lab): Promise<string>;
}
