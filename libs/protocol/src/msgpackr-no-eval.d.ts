/** The build of msgpackr that generates no code and loads nothing native; it ships no types of its own. */
declare module 'msgpackr/index-no-eval' {
  interface Options {
    /** Plain maps, never records. */
    readonly useRecords: false;
    /** The shortest form for the size of a map. */
    readonly variableMapSize: true;
    /** 64-bit integers as numbers, never as BigInt. */
    readonly int64AsType: 'number';
  }
  class Packr {
    constructor(options: Options);
    /**
     * The bytes lie in a buffer of the library: copy them before the next call.
     * @param mode `RESET_BUFFER_MODE`: the next call may write over them
     */
    pack(value: unknown, mode: number): Uint8Array;
    unpack(bytes: Uint8Array): unknown;
  }
  const msgpackr: { readonly Packr: typeof Packr; readonly RESET_BUFFER_MODE: number };
  export default msgpackr;
}
