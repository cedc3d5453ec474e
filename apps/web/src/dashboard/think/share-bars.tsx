import type { JSX } from 'preact';

interface ShareBarsProps {
  /** From 0 to 1, a class each; ten empty ones when there are none. */
  readonly shares: readonly number[];
  readonly isLabelled?: boolean;
}

/** A small bar for each class. */
export function ShareBars({ shares, isLabelled }: ShareBarsProps): JSX.Element {
  const values = shares.length === 0 ? Array.from({ length: 10 }, () => 0) : shares;
  const best = Math.max(...values);
  return (
    <span class="shares" aria-hidden="true">
      {values.map((value, index) => (
        <span key={index} class={value === best && value > 0 ? 'best' : ''}>
          <i style={{ height: `${Math.max(4, 100 * value)}%` }} />
          {isLabelled === true && <b>{index}</b>}
        </span>
      ))}
    </span>
  );
}
