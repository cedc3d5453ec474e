/** What one backend made of the workload, on one thread of an engine. Plain data: it crosses processes as JSON. */
export interface Finding {
  /** Which backend: "wasm", "wasm, shared memory". */
  readonly backend: string;
  /** The digest over all parts of the contract; absent when the backend did not run. */
  readonly digest?: string;
  /** The digest of each section by its name, which are what `digest` is made of. */
  readonly sections?: Readonly<Record<string, string>>;
  /** Why the backend did not run. */
  readonly missing?: string;
  /** An engine may lack this backend: not every browser has SharedArrayBuffer. */
  readonly isOptional?: boolean;
}
