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

/** The network's outputs, [rows, classes]. */
export type ThinkAnswer =
  | { readonly type: 'samples'; readonly outputs: Float32Array }
  | { readonly type: 'drawing'; readonly outputs: Float32Array }
  | { readonly type: 'failed'; readonly text: string };
