const LF = 10;
const CR = 13;

/** Where a header is: before its first line, inside a line, behind a line's end, or behind that and a carriage return. */
type Place = 'before' | 'line' | 'end' | 'end-cr';

/**
 * Finds where HTTP requests end in what a peer sends, so that they can be handed to Node's parser one at a time: it parses and
 * answers all that it is given in one turn of the event loop, however many they are. Requests with a body are not expected here,
 * since none is answered.
 */
export class RequestGate {
  #place: Place = 'before';

  /** Line ends that come before a request, which nobody looks at. */
  skip(bytes: Uint8Array): Uint8Array {
    if (this.#place !== 'before') return bytes;
    const start = bytes.findIndex((byte) => byte !== LF && byte !== CR);
    return start < 0 ? bytes.subarray(bytes.length) : bytes.subarray(start);
  }

  /**
   * Looks at bytes that `skip` has been through.
   * @returns how many of them belong to the request they begin with or go on with, and whether it is complete
   */
  take(bytes: Uint8Array): { readonly length: number; readonly isComplete: boolean } {
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at];
      if (byte === LF) {
        if (this.#place === 'end' || this.#place === 'end-cr') {
          this.#place = 'before';
          return { length: at + 1, isComplete: true };
        }
        this.#place = 'end';
      } else if (byte === CR && this.#place === 'end') this.#place = 'end-cr';
      else this.#place = 'line';
    }
    return { length: bytes.length, isComplete: false };
  }
}
