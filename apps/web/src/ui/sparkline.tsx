import type { JSX } from 'preact';

const [WIDTH, HEIGHT, MARGIN] = [120, 28, 2];

interface SparklineProps {
  readonly values: readonly number[];
  /** The value at the bottom edge, when it is not the least of them. */
  readonly floor?: number;
}

/** A line without axes, for the course of a number that stands beside it. */
export function Sparkline({ values, floor }: SparklineProps): JSX.Element {
  const low = Math.min(floor ?? Infinity, ...values);
  const high = Math.max(...values);
  const x = (index: number): number =>
    MARGIN + (index / Math.max(1, values.length - 1)) * (WIDTH - 2 * MARGIN);
  const y = (value: number): number =>
    HEIGHT - MARGIN - (high > low ? (value - low) / (high - low) : 0.5) * (HEIGHT - 2 * MARGIN);
  const points = values.map((value, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <polyline points={points} />
    </svg>
  );
}
