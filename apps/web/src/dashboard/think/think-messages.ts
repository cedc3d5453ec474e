import type { RunConfig } from '@lockstep/config';

/** Page -> the Web Worker that classifies. */
export type ThinkRequest =
  | {
      readonly type: 'setup';
      readonly config: RunConfig;
      readonly rows: Uint8Array;
      readonly rowCount: number;
    }
  | { readonly type: 'weights'; readonly weights: Float32Array }
  /** [features] bytes of one drawing. */
  | { readonly type: 'drawing'; readonly pixels: Uint8Array };

/** What the network says of some rows. */
export interface Said {
  /** [rows, classes] */
  readonly outputs: Float32Array;
  /** [rows, classes]: how much it takes each row for each class, from 0 to 1. */
  readonly shares: Float32Array;
}

export type ThinkAnswer =
  | ({ readonly type: 'samples' } & Said)
  | ({ readonly type: 'drawing' } & Said)
  | { readonly type: 'failed'; readonly text: string };
