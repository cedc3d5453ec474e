/** The build of msgpackr without code generation and native parts; it ships no types of its own. */
declare module 'msgpackr/index-no-eval' {
  interface Options {
    /** Plain maps instead of records. */
    readonly useRecords: false;
    /** The shortest form for the size of a map. */
    readonly variableMapSize: boolean;
    /** 64-bit integers as numbers, never as BigInt. */
    readonly int64AsType: 'number';
  }
  class Packr {
    constructor(options: Options);
    /** The bytes lie in a pool that later calls reuse: copy them at once. */
    pack(value: unknown): Uint8Array;
    unpack(bytes: Uint8Array): unknown;
  }
  const msgpackr: { readonly Packr: typeof Packr };
  export default msgpackr;
}
