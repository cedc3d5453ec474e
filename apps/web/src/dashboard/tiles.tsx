import type { ComponentChildren, JSX } from 'preact';
import { compact, milliseconds, percent } from '../ui/format.ts';
import { Sparkline } from '../ui/sparkline.tsx';
import { judgedBy } from './judged-by.ts';
import { epochs, facts, history, historyVersion, live } from './state.ts';

/** Four numbers. */
export function Tiles(): JSX.Element {
  return (
    <div class="tiles">
      <AccuracyTile />
      <RateTile />
      <StepTimeTile />
      <WorkersTile />
    </div>
  );
}

interface TileProps {
  readonly name: string;
  readonly value: string;
  readonly unit?: string;
  readonly children?: ComponentChildren;
}

function Tile({ name, value, unit, children }: TileProps): JSX.Element {
  return (
    <section class="panel tile">
      <h2>{name}</h2>
      <p class="figure">
        <span class="number">{value}</span>
        {unit !== undefined && <span class="unit">{unit}</span>}
      </p>
      {children}
    </section>
  );
}

function AccuracyTile(): JSX.Element {
  const points = epochs.value;
  const { config } = facts.value!;
  const last = points.at(-1);
  const atEnd = live.value!.ending?.testAccuracy;
  const newest = atEnd ?? last?.testAccuracy;
  const { accuracy, first } = judgedBy(atEnd === undefined ? config : {});
  const isOfOthers = atEnd !== undefined && config.validation !== undefined;
  return (
    <Tile name={accuracy} value={newest === undefined ? '–' : (100 * newest).toFixed(2)} unit="%">
      {points.length > 1 && !isOfOthers && newest !== undefined ? (
        <Sparkline values={points.map((point) => point.testAccuracy ?? 0)} />
      ) : (
        <p class="empty">
          {newest === undefined && first}
          {isOfOthers && last?.testAccuracy !== undefined && `validation: ${percent(last.testAccuracy, 2)}`}
          {newest !== undefined && !isOfOthers && `epoch ${last?.epoch ?? ''}`}
        </p>
      )}
    </Tile>
  );
}

function RateTile(): JSX.Element {
  const { rowsPerSecond, phase, ending } = live.value!;
  const isAlive = historyVersion.value >= 0 && phase === 'training';
  const values = history.rowsPerSecond.slice(-120);
  const shown = ending === null ? (isAlive ? rowsPerSecond : 0) : meanRate(history.rowsPerSecond);
  return (
    <Tile name={ending === null ? 'Throughput' : 'Throughput, over all'} value={compact(shown)} unit="rows/s">
      {values.length > 1 ? <Sparkline values={values} floor={0} /> : <p class="empty">no step yet</p>}
    </Tile>
  );
}

/** Of points that stand for as many rows each: what took long counts for long. 0 where there are none. */
function meanRate(rates: readonly number[]): number {
  const moving = rates.filter((rate) => rate > 0);
  return moving.length === 0 ? 0 : moving.length / moving.reduce((sum, rate) => sum + 1 / rate, 0);
}

const PARTS = [
  ['compute', 'compute'],
  ['wire', 'wire'],
  ['wait', 'wait'],
  ['reduce', 'reduce'],
] as const;

function StepTimeTile(): JSX.Element {
  const { stepTime } = live.value!;
  const total = PARTS.reduce((sum, [key]) => sum + stepTime[key], 0);
  const [value = '–', unit = 'ms'] = milliseconds(total).split(' ');
  return (
    <Tile name="Step time" value={total > 0 ? value : '–'} unit={unit}>
      <div class="stack" aria-hidden="true">
        {PARTS.map(([key]) => (
          <span key={key} class={`part ${key}`} style={{ flexGrow: total > 0 ? stepTime[key] / total : 0 }} />
        ))}
      </div>
      <ul class="legend">
        {PARTS.map(([key, name]) => (
          <li key={key}>
            <span class={`key ${key}`} aria-hidden="true" />
            {name} <span class="number">{total > 0 ? percent(stepTime[key] / total, 0) : '–'}</span>
          </li>
        ))}
      </ul>
    </Tile>
  );
}

const counted = (count: number, one: string, many: string): string =>
  count === 0 ? '' : `${count} ${count === 1 ? one : many}`;

function WorkersTile(): JSX.Element {
  const { workers, seen, ending } = live.value!;
  const now = workers.filter((worker) => ending !== null || worker.state !== 'left');
  const tabs = now.filter((worker) => worker.kind === 'tab').length;
  const threads = now.reduce((sum, worker) => sum + worker.threads, 0);
  return (
    <Tile
      name={ending === null ? 'Workers now' : 'Workers'}
      value={String(ending === null ? now.length : seen)}
      unit={ending === null ? `of ${seen} seen` : 'took part'}
    >
      <p class="empty">
        {[
          counted(tabs, 'tab', 'tabs'),
          counted(now.length - tabs, 'process', 'processes'),
          counted(threads, 'thread', 'threads'),
        ]
          .filter((text) => text !== '')
          .join(', ')}
      </p>
    </Tile>
  );
}
