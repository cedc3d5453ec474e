/** Page -> Web Worker. */
export type PageMessage =
  | {
      readonly type: 'start';
      /** The coordinator's WebSocket address. */
      readonly url: string;
      /** The run's secret, when the page's address had one. */
      readonly token?: string;
    }
  | { readonly type: 'leave'; readonly reason: string };

/** Web Worker -> page. Texts are for people. */
export type ComputeMessage =
  | { readonly type: 'named'; readonly name: string }
  | { readonly type: 'state'; readonly text: string }
  | { readonly type: 'joined'; readonly run: string }
  | ({ readonly type: 'progress' } & Progress)
  /** The last message: this tab takes no part any more. */
  | { readonly type: 'ended'; readonly text: string; readonly result?: Result };

/** What this tab has computed so far. */
export interface Progress {
  /** The step of the last span. */
  readonly step: number;
  readonly spanCount: number;
  readonly rowCount: number;
  /** Mean loss of a row of the last span. */
  readonly loss: number;
}

/** What a run that is over ended with. */
export interface Result {
  /** Committed steps. */
  readonly step: number;
  /** 64 hex digits. */
  readonly weightsSha256: string;
}
