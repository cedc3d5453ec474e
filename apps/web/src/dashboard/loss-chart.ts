import uPlot from 'uplot';
import { duration } from '../ui/format.ts';
import { styleValue } from '../ui/palette.ts';
import type { JudgedBy } from './judged-by.ts';
import type { Axis, Columns, Measure } from './loss-data.ts';

/** A vertical line in the chart: something happened there. */
export interface Marker {
  readonly x: number;
  readonly kind: 'joined' | 'left' | 'run';
}

export interface ChartLook {
  readonly axis: Axis;
  readonly measure: Measure;
  readonly isLog: boolean;
  readonly judged: JudgedBy;
  readonly markers: () => readonly Marker[];
}

const FONT = '12px ui-sans-serif, system-ui, sans-serif';

/** A chart of that size in `host`, in the colours of the page's theme. */
export function makeChart(host: HTMLElement, columns: Columns, look: ChartLook): uPlot {
  const colours = {
    ink: styleValue('--ink-2'),
    grid: styleValue('--line'),
    raw: styleValue('--loss-raw'),
    smooth: styleValue('--accent'),
    test: styleValue('--test'),
  };
  const axis = {
    stroke: colours.ink,
    font: FONT,
    grid: { stroke: colours.grid, width: 1 },
    ticks: { show: false },
  };
  const line = { spanGaps: true, points: { show: false } };
  const isAccuracy = look.measure === 'accuracy';
  return new uPlot(
    {
      width: host.clientWidth,
      height: host.clientHeight,
      legend: { show: false },
      cursor: { y: false, points: { size: 7 }, drag: { x: true, y: false } },
      padding: [8, 20, 0, 0],
      scales: {
        x: { time: false },
        y: { distr: look.isLog && !isAccuracy ? 3 : 1 },
      },
      axes: [
        { ...axis, size: 30, values: (_, ticks) => ticks.map((tick) => xText(tick, look.axis)) },
        { ...axis, size: 52, values: (_, ticks) => ticks.map((tick) => yText(tick, isAccuracy)) },
      ],
      series: [
        {},
        // What is judged has a place of its own on the axis, where no mini-batch is.
        { ...line, label: 'loss of a mini-batch', stroke: colours.raw, width: 1 },
        { ...line, label: 'smoothed', stroke: colours.smooth, width: 2.5 },
        {
          label: isAccuracy ? look.judged.accuracy : look.judged.loss,
          stroke: colours.test,
          width: isAccuracy ? 2 : 0,
          spanGaps: true,
          points: { show: true, size: 7, fill: colours.test, stroke: styleValue('--surface'), width: 1 },
        },
      ],
      hooks: { draw: [(chart) => drawMarkers(chart, look.markers())] },
    },
    columns,
    host,
  );
}

const xText = (value: number | null, axis: Axis): string => {
  if (value === null) return '';
  if (axis === 'time') return duration(1000 * value);
  return value >= 10_000 ? `${value / 1000}k` : String(Number(value.toFixed(2)));
};

const yText = (value: number | null, isAccuracy: boolean): string => {
  if (value === null) return '';
  return isAccuracy ? `${Number(value.toFixed(1))} %` : String(Number(value.toPrecision(3)));
};

/** Short lines at the foot: green came, red left, grey started again. */
function drawMarkers(chart: uPlot, markers: readonly Marker[]): void {
  const { ctx, bbox } = chart;
  const colours = { joined: styleValue('--good'), left: styleValue('--bad'), run: styleValue('--ink-2') };
  ctx.save();
  ctx.lineWidth = 2 * devicePixelRatio;
  for (const { x, kind } of markers) {
    const place = chart.valToPos(x, 'x', true);
    if (place < bbox.left || place > bbox.left + bbox.width) continue;
    ctx.strokeStyle = colours[kind];
    ctx.beginPath();
    ctx.moveTo(place, bbox.top + bbox.height);
    ctx.lineTo(place, bbox.top + bbox.height - 10 * devicePixelRatio);
    ctx.stroke();
  }
  ctx.restore();
}
