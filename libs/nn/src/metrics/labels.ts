import type { MetricRows } from './metric.ts';

/** Whether label `at` of all rows is true. */
export const isTrue = ({ targets }: MetricRows, at: number): boolean => targets[at]! > 0.5;

/** Whether output `at` of all rows says yes. */
export const saysYes = ({ outputs, threshold }: MetricRows, at: number): boolean => outputs[at]! > threshold;

/** Whether output `at` says what is true of its label: one at the threshold, or that is not a number, says neither and is not right. */
export const isRight = (at: MetricRows, index: number): boolean =>
  isTrue(at, index) ? saysYes(at, index) : at.outputs[index]! < at.threshold;
