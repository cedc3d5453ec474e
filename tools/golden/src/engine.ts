import type { Finding } from './workload/findings.ts';

/** What one thread of an engine found. */
export interface ThreadFindings {
  /** Which thread, where there are several kinds: "page", "Web Worker". */
  readonly thread: string;
  readonly findings: readonly Finding[];
}

/** What an engine made of the workload. */
export interface EngineFindings {
  /** As the engine gives it itself: "22.23.3". */
  readonly version: string;
  readonly threads: readonly ThreadFindings[];
}

/** Something that the workload can be recomputed on: a JavaScript engine, or the native kernels for one instruction set. */
export interface Engine {
  /** As `--only` takes it: "node-22". */
  readonly name: string;
  /** For people: "Node 22.23.3 (V8)"; as much as is known of it without a version. */
  title(version?: string): string;
  /** Whether continuous integration asks for it. */
  readonly isInCi: boolean;
  /** Backends that are known not to give the contract's bits here, and why; Lockstep refuses them by their digest. */
  readonly known?: { readonly backends: readonly string[]; readonly why: string };
  /** The packages of Debian that it needs. */
  readonly debianPackages: readonly string[];
  /** What is missing for it to run here, with the remedy; nothing when it can run. */
  missing(): string | undefined;
  /** Gets what comes from npm, into a folder of its own. @throws {GoldenError} `install-failed` */
  prepare?(): void;
  /** @throws {GoldenError} `engine-failed` */
  run(): Promise<EngineFindings>;
}
