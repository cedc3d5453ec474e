import { cpus, release, type } from 'node:os';

/** Where figures were measured, without which they mean nothing. */
export interface Machine {
  readonly processor: string;
  /** Logical processors that the system shows. */
  readonly cores: number;
  readonly system: string;
  readonly node: string;
}

export const describeMachine = (): Machine => ({
  processor: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  system: `${type()} ${release()} ${process.arch}`,
  node: process.versions.node,
});
