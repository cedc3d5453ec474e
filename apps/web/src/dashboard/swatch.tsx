import type { JSX } from 'preact';
import { colourOf, patternOf } from '../ui/palette.ts';

/** A worker's colour and pattern. */
export function Swatch({ slot }: { readonly slot: number }): JSX.Element {
  return (
    <span
      class={`swatch ${patternOf(slot)}`}
      style={{ '--colour': colourOf(slot, 'var(--ink)') }}
      aria-hidden="true"
    />
  );
}
