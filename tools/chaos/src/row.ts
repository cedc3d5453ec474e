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
  /**
   * Most that its process may have in V8's old generation, in MB, where the row measures memory. With a lot of room, and
   * other processes on the cores of its collector, V8 lets garbage lie, which tells nothing of what the code needs.
   */
  readonly heapMegabytes?: number;
  /** Does the damage and checks what the matrix promises. @returns figures for people @throws {RowFailure} */
  run(lab: Lab): Promise<string>;
}
