/** What the Web Worker says: the loss and what it computes with, that it is warm, then milliseconds a step each time it is asked. */
export interface BrowserAnswer {
  readonly value: number;
  readonly detail?: string;
}
