import type { EpochPoint } from '@lockstep/metrics';
import type { HistoryPoints } from './state.ts';

export type Axis = 'step' | 'epoch' | 'time';
export type Measure = 'loss' | 'accuracy';

/** Columns for the chart: where, the loss of each point, a smoothed loss, what the rows said that the run is judged on. */
export type Columns = [
  x: number[],
  raw: (number | null)[],
  smooth: (number | null)[],
  test: (number | null)[],
];

export interface ChartChoice {
  readonly axis: Axis;
  readonly measure: Measure;
  readonly stepsPerEpoch: number;
  readonly startedAt: number;
}

/** About so many points count in the smoothed loss. */
const SMOOTHING = 25;

/** What the chart draws, ordered by x. */
export function columnsOf(
  history: HistoryPoints,
  epochs: readonly EpochPoint[],
  choice: ChartChoice,
): Columns {
  const at = (step: number, time: number): number => {
    if (choice.axis === 'step') return step;
    return choice.axis === 'epoch' ? step / choice.stepsPerEpoch : (time - choice.startedAt) / 1000;
  };
  if (choice.measure === 'accuracy') {
    const accuracies = epochs.map(({ testAccuracy }) =>
      testAccuracy === undefined ? null : 100 * testAccuracy,
    );
    const nothing = epochs.map(() => null);
    return [epochs.map(({ step, at: time }) => at(step, time)), nothing, nothing, accuracies];
  }
  const x: number[] = [];
  const [raw, smooth, test]: (number | null)[][] = [[], [], []];
  let mean: number | undefined;
  let epoch = 0;
  const addEpoch = (): void => {
    const point = epochs[epoch++]!;
    x.push(at(point.step, point.at));
    raw!.push(null);
    smooth!.push(null);
    test!.push(point.testLoss);
  };
  history.steps.forEach((step, index) => {
    const here = at(step, history.at[index]!);
    while (epoch < epochs.length && at(epochs[epoch]!.step, epochs[epoch]!.at) < here) addEpoch();
    const loss = history.loss[index]!;
    mean =
      mean === undefined ? loss : mean + (loss - mean) * Math.max(2 / (SMOOTHING + 1), 1 / (1 + index / 4));
    x.push(here);
    raw!.push(loss);
    smooth!.push(mean);
    test!.push(null);
  });
  while (epoch < epochs.length) addEpoch();
  return [x, raw!, smooth!, test!];
}
