/** What a browser's WebSocket and a socket of the `ws` package (either side) have in common. */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  readonly bufferedAmount: number;
  readonly url?: string;
  /** `ws` alone takes a callback, called when the bytes went to the operating system or cannot. */
  send(data: Uint8Array<ArrayBuffer>, onSent?: (error?: Error) => void): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'open', listener: () => void): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(
    type: 'close',
    listener: (event: { readonly code: number; readonly reason: string }) => void,
  ): void;
  addEventListener(type: 'error', listener: (event: object) => void): void;
}

/** `readyState` of an open socket. */
export const OPEN = 1;
