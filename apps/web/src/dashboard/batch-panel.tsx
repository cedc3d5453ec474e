import { useEffect, useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { BatchPicture, WorkerPicture } from '@lockstep/metrics';
import { milliseconds } from '../ui/format.ts';
import { styleValue } from '../ui/palette.ts';
import { isDark, isStill } from '../ui/theme.ts';
import { drawBatch } from './batch-drawing.ts';
import { momentOf } from './batch-moment.ts';
import { facts, live } from './state.ts';
import { Swatch } from './swatch.tsx';

/** How long a step is replayed, and how long its end stays, in milliseconds. */
const [REPLAY_MS, REST_MS] = [1100, 500];

/** One mini-batch: its leaves, who has them, and the tree they are summed up. */
export function BatchPanel(): JSX.Element {
  const isHeld = useSignal(false);
  const shown = useSignal<BatchPicture | null>(null);
  const isReplayed = useRef(false);
  const { batch: newest, workers } = live.value!;
  const { batchSize, leafRows } = facts.value!.config;
  const take = (): void => {
    const before = shown.peek();
    const next = live.peek()!.batch;
    if (next === null || next === before || (before !== null && isHeld.peek())) return;
    // A step in flight is shown as it is; one that is done is replayed to its end before the next.
    if (before !== null && before.totalMs >= 0 && !isReplayed.current) return;
    isReplayed.current = false;
    shown.value = next;
  };
  useEffect(take, [newest, isHeld.value]);
  const onReplayed = (): void => {
    isReplayed.current = true;
    take();
  };
  const batch = shown.value;
  return (
    <section class="panel batch" aria-labelledby="batch-title">
      <header>
        <h2 id="batch-title">This mini-batch</h2>
        <p class="aside">{describe(batch, batchSize, leafRows)}</p>
        <button type="button" aria-pressed={isHeld.value} onClick={() => (isHeld.value = !isHeld.value)}>
          {isHeld.value ? 'Go on' : 'Hold'}
        </button>
      </header>
      <Picture batch={batch} workers={workers} onReplayed={onReplayed} />
      <Holders batch={batch} workers={workers} />
    </section>
  );
}

function describe(batch: BatchPicture | null, batchSize: number, leafRows: number): string {
  if (batch === null) return `${batchSize} rows in leaves of ${leafRows}`;
  const what = `step ${batch.step.toLocaleString('en-US')}: ${batch.leafCount} leaves of ${leafRows} rows, summed up one fixed tree`;
  return batch.totalMs < 0 ? what : `${what}; its ${milliseconds(batch.totalMs)} in slow motion`;
}

interface PictureProps {
  readonly batch: BatchPicture | null;
  readonly workers: readonly WorkerPicture[];
  onReplayed(): void;
}

const nothingYet = (): string =>
  live.value!.ending === null
    ? 'The leaves appear here when the first step is dealt.'
    : 'The run is over: its steps were shown here while it went on.';

function Picture({ batch, workers, onReplayed }: PictureProps): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSignal(0);
  const slots = useRef(new Map<string, number>());
  for (const { id, slot } of workers) slots.current.set(id, slot);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => (size.value = entry?.contentRect.width ?? 0));
    observer.observe(canvas.current!);
    return () => observer.disconnect();
  }, [size]);
  const width = size.value;
  const dark = isDark();
  useEffect(() => {
    const element = canvas.current!;
    const ctx = element.getContext('2d');
    if (ctx === null || batch === null || width === 0) return undefined;
    const height = element.clientHeight;
    element.width = Math.round(width * devicePixelRatio);
    element.height = Math.round(height * devicePixelRatio);
    ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    const look = {
      width,
      height,
      ink: styleValue('--ink'),
      line: styleValue('--tree'),
      surface: styleValue('--surface'),
      lost: styleValue('--lost'),
      slotOf: (worker: string) => slots.current.get(worker),
    };
    return replay(batch, (ms) => drawBatch(ctx, momentOf(batch, ms), look), onReplayed);
  }, [batch, width, dark]);
  return (
    <div class="strip">
      {batch === null && <p class="empty over">{nothingYet()}</p>}
      <canvas ref={canvas} aria-hidden="true" />
    </div>
  );
}

/** Draws a step: slowly from its start when it is done, else as it is. @returns a function that ends it */
function replay(batch: BatchPicture, draw: (ms: number) => void, onEnd: () => void): () => void {
  const end = batch.totalMs < 0 ? Infinity : batch.totalMs;
  const rest = (delayMs: number): (() => void) => {
    draw(end);
    const timer = setTimeout(onEnd, delayMs);
    return () => clearTimeout(timer);
  };
  if (end === Infinity) {
    draw(end);
    return () => undefined;
  }
  if (isStill()) return rest(REPLAY_MS + REST_MS);
  let stop: () => void;
  const startedAt = performance.now();
  const frame = (): void => {
    const share = (performance.now() - startedAt) / REPLAY_MS;
    if (share >= 1) {
      stop = rest(REST_MS);
      return;
    }
    draw(share * end);
    const request = requestAnimationFrame(frame);
    stop = () => cancelAnimationFrame(request);
  };
  frame();
  return () => stop();
}

/** Who holds what, in words: also what a screen reader hears. */
function Holders({ batch, workers }: Pick<PictureProps, 'batch' | 'workers'>): JSX.Element {
  const leaves = new Map<string, number>();
  for (const [, count, worker, , state] of batch?.spans ?? []) {
    if (state !== 'lost') leaves.set(worker, (leaves.get(worker) ?? 0) + count);
  }
  const present = workers.filter(({ id }) => leaves.has(id)).slice(0, 12);
  const others = leaves.size - present.length;
  return (
    <ul class="legend holders">
      {present.map(({ id, name, slot }) => (
        <li key={id}>
          <Swatch slot={slot} />
          <span class="name">{name}</span>
          <span class="number">{leaves.get(id)}</span>
        </li>
      ))}
      {others > 0 && <li>and {others} more</li>}
      {present.length === 0 && <li>nobody yet</li>}
    </ul>
  );
}
