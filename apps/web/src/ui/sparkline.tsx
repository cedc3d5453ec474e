import type { JSX } from 'preact';
import { sparkPoints } from './spark-points.ts';

const [WIDTH, HEIGHT] = [120, 28];

interface SparklineProps {
  readonly values: readonly number[];
  /** The value at the bottom edge, when it is not the least of them. */
  readonly floor?: number;
}

/** A line without axes, for the course of a number that stands beside it. */
export function Sparkline({ values, floor }: SparklineProps): JSX.Element {
  return (
    <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <polyline points={sparkPoints(values, [WIDTH, HEIGHT], floor)} />
    </svg>
  );
}
