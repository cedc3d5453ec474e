/** How a channel ended: a WebSocket close code and its text; 1006 and no text when the connection just broke. */
export interface Close {
  readonly code: number;
  readonly reason: string;
}

/**
 * One ordered channel of frames between two ends. Nothing is lost, repeated or reordered until it closes. It never holds the
 * sender back by itself: look at `bufferedBytes`, wait for `onFlushed`.
 */
export interface Channel {
  /**
   * Sends one frame. Its bytes must stay as they are until `onFlushed` is called, exactly once: when they were handed on, or
   * when there is nobody left to send them to. That may be before `send` returns. On a closed channel nothing is sent.
   */
  send(frame: Uint8Array, onFlushed?: () => void): void;
  /** Bytes sent and not yet handed on: how far behind the reader is. */
  readonly bufferedBytes: number;
  /** Whether frames can be sent and will still be received. */
  readonly isOpen: boolean;
  /**
   * Ends the channel once the frames sent so far are through. `reason` is cut to 123 bytes; where only codes for applications
   * may be sent (a browser), another code c >= 1001 becomes 3000 + c. Closing twice is closing once.
   */
  close(code: number, reason: string): void;
  /** Who takes the frames; they are kept until somebody does. A frame's bytes belong to the handler. */
  onFrame(handler: (frame: Uint8Array) => void): void;
  /**
   * Gives back the memory of a received frame, which nobody may look at any more; its `buffer` may be empty afterwards. What is
   * not given back is left to the garbage collector.
   */
  recycle(buffer: ArrayBufferLike): void;
  /** Who hears, once, that the channel ended, at either end; at once if it already has. */
  onClose(handler: (close: Close) => void): void;
}
