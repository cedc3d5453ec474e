import { metricLabel, type MetricSpec } from '../metrics/index.ts';
import type { SteeringSpec } from './steering.ts';

/** What is asked of every evaluation of a run beside loss and accuracy: what is shown, then what steers where it is not among them. */
export function judgedMetricsOf({
  metrics = [],
  steering,
}: {
  readonly metrics?: readonly MetricSpec[];
  readonly steering?: SteeringSpec;
}): readonly MetricSpec[] {
  const { monitor } = steering ?? {};
  if (monitor === undefined || monitor.type === 'accuracy') return metrics;
  const isShown = metrics.some((metric) => metricLabel(metric) === metricLabel(monitor));
  return isShown ? metrics : [...metrics, monitor];
}
