import { useEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { lossText, percent } from '../ui/format.ts';
import { isDark } from '../ui/theme.ts';
import { makeChart, type Marker } from './loss-chart.ts';
import { judgedBy, type JudgedBy } from './judged-by.ts';
import { columnsOf, type Axis, type ChartChoice, type Columns, type Measure } from './loss-data.ts';
import { Switch } from './switch.tsx';
import { epochs, events, facts, history, historyVersion, live } from './state.ts';

/** Loss, and accuracy on rows that are not learned from, against step, epoch or time. */
export function LossPanel(): JSX.Element {
  const axis = useSignal<Axis>('step');
  const measure = useSignal<Measure>('loss');
  const isLog = useSignal(true);
  const { config, stepsPerEpoch, startedAt } = facts.value!;
  const judged = judgedBy(config);
  const choice: ChartChoice = { axis: axis.value, measure: measure.value, stepsPerEpoch, startedAt };
  const version = historyVersion.value;
  const columns = columnsOf(history, epochs.value, choice);
  const isEmpty = columns[0].length === 0 && version >= 0;
  return (
    <section class="panel loss" aria-labelledby="loss-title">
      <header>
        <h2 id="loss-title">{measure.value === 'loss' ? 'Loss' : judged.accuracy}</h2>
        {measure.value === 'loss' && (
          <p class="reading">
            <span class="number">{lossText(live.value!.loss)}</span> per row
          </p>
        )}
        <div class="switches">
          <Switch name="What is drawn" value={measure} choices={['loss', 'accuracy']} />
          <Switch name="Horizontal axis" value={axis} choices={['step', 'epoch', 'time']} />
          <label class="check">
            <input
              type="checkbox"
              checked={isLog.value}
              disabled={measure.value === 'accuracy'}
              onChange={(event) => (isLog.value = event.currentTarget.checked)}
            />{' '}
            log
          </label>
        </div>
      </header>
      <div class="plot">
        {isEmpty && (
          <p class="empty over">
            {measure.value === 'loss'
              ? 'The first point comes with the first step.'
              : `The first point comes ${judged.first}.`}
          </p>
        )}
        <Plot columns={columns} choice={choice} isLog={isLog.value} judged={judged} />
      </div>
      <footer>
        <ul class="legend">
          <li>
            <span class="key line raw" aria-hidden="true" /> mini-batch
          </li>
          <li>
            <span class="key line smooth" aria-hidden="true" /> smoothed
          </li>
          <li>
            <span class="key round test" aria-hidden="true" /> {judged.rows}
          </li>
        </ul>
        <LossTable judged={judged} />
      </footer>
    </section>
  );
}

interface PlotProps {
  readonly columns: Columns;
  readonly choice: ChartChoice;
  readonly isLog: boolean;
  readonly judged: JudgedBy;
}

function Plot({ columns, choice, isLog, judged }: PlotProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const newest = useRef(columns);
  newest.current = columns;
  const { axis, measure } = choice;
  const dark = isDark();
  useEffect(() => {
    const element = host.current!;
    chart.current = makeChart(element, newest.current, {
      axis,
      measure,
      isLog,
      judged,
      markers: () => markersOf(choice),
    });
    const observer = new ResizeObserver(() =>
      chart.current?.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.current?.destroy();
    };
  }, [axis, measure, isLog, dark]);
  useEffect(() => chart.current?.setData(columns));
  return <div ref={host} class="canvas" aria-hidden="true" />;
}

function markersOf({ axis, stepsPerEpoch, startedAt }: ChartChoice): readonly Marker[] {
  return events.value.flatMap(({ kind, step, at }) => {
    if (kind !== 'joined' && kind !== 'left' && kind !== 'run') return [];
    const places = { step, epoch: step / stepsPerEpoch, time: (at - startedAt) / 1000 };
    return [{ x: places[axis], kind }];
  });
}

/** The same in numbers, thinned to what a person reads. */
function LossTable({ judged }: { readonly judged: JudgedBy }): JSX.Element {
  const isOpen = useSignal(false);
  const every = Math.max(1, Math.ceil(history.steps.length / 20));
  const rows = isOpen.value
    ? history.steps.flatMap((step, index) => (index % every === 0 ? [{ step, index }] : []))
    : [];
  return (
    <details onToggle={(event) => (isOpen.value = event.currentTarget.open)}>
      <summary>As a table</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label="Loss and accuracy in numbers">
        <table>
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">Loss per row</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ step, index }) => (
              <tr key={step}>
                <td>{step}</td>
                <td>{lossText(history.loss[index]!)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        <table>
          <thead>
            <tr>
              <th scope="col">Epoch</th>
              <th scope="col">{judged.accuracy}</th>
              <th scope="col">{judged.loss}</th>
            </tr>
          </thead>
          <tbody>
            {epochs.value.map(({ epoch, testAccuracy, testLoss }) => (
              <tr key={epoch}>
                <td>{epoch}</td>
                <td>{testAccuracy === undefined ? '–' : percent(testAccuracy, 2)}</td>
                <td>{lossText(testLoss)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
