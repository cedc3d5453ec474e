/**
 * The little of WebAssembly's JavaScript interface that is used here, declared because a neutral room compiles without
 * the DOM's or Node's types.
 */
export interface WasmMemory {
  readonly buffer: ArrayBufferLike;
}

/** A compiled module; only passed on. */
export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

interface WasmInstance {
  readonly exports: unknown;
}

/** Sizes in pages of 64 KiB. */
export interface WasmMemoryLimits {
  readonly initial: number;
  readonly maximum: number;
  readonly shared?: boolean;
}

/** The engine: what `WebAssembly` is in JavaScript. */
export interface WasmEngine {
  readonly Memory: new (limits: WasmMemoryLimits) => WasmMemory;
  validate(bytes: Uint8Array): boolean;
  compile(bytes: Uint8Array): Promise<WasmModule>;
  instantiate(
    module: WasmModule,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ): Promise<WasmInstance>;
}

/** The engine of this host; undefined where it has none. */
export const webAssembly = (globalThis as unknown as { readonly WebAssembly?: WasmEngine }).WebAssembly;
