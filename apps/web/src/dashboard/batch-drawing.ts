import { childrenOf, rootSpan, type Span } from '@lockstep/data';
import type { SpanPicture } from '@lockstep/metrics';
import type { BatchMoment } from './batch-moment.ts';
import { colourOf, patternOf, type Pattern } from '../ui/palette.ts';

/** What the picture is drawn with. */
export interface BatchLook {
  readonly width: number;
  readonly height: number;
  readonly ink: string;
  readonly line: string;
  readonly surface: string;
  readonly lost: string;
  /** The colour's number of a worker; undefined when it is not known. */
  slotOf(worker: string): number | undefined;
}

const CELLS_HEIGHT = 46;
/** Room between the tree and the cells, for the bands that name the holders. */
const BAND = 8;
const TOP = 10;
/** Below this width a cell is a plain stripe. */
const LEAST_CELL = 7;

/** Draws the fixed tree over the leaves of a mini-batch, and below it the leaves in the colours of those who hold them. */
export function drawBatch(ctx: CanvasRenderingContext2D, batch: BatchMoment, look: BatchLook): void {
  const { width, height } = look;
  ctx.clearRect(0, 0, width, height);
  const cell = width / batch.leafCount;
  const spans = new Map(batch.spans.map((span) => [`${span[0]}+${span[1]}`, span]));
  drawTree(ctx, batch, { ...look, cell, spans });
  for (const span of batch.spans) drawSpan(ctx, span, { ...look, cell, spans });
  const covered = new Set(
    batch.spans.flatMap(([first, count]) => Array.from({ length: count }, (_, i) => first + i)),
  );
  for (let leaf = 0; leaf < batch.leafCount; leaf++) {
    if (!covered.has(leaf)) drawCell(ctx, leaf, { ...look, cell, spans }, { fill: look.lost, isFaint: true });
  }
}

interface Frame extends BatchLook {
  readonly cell: number;
  readonly spans: ReadonlyMap<string, SpanPicture>;
}

/** Where a node stands: in the middle of its leaves, the higher the more it sums. */
function placeOf(
  { firstLeaf, leafCount }: Span,
  batch: BatchMoment,
  { cell, height }: Frame,
): [number, number] {
  const depth = Math.log2(batch.leafCount) || 1;
  const floor = height - CELLS_HEIGHT - BAND - 6;
  return [(firstLeaf + leafCount / 2) * cell, floor - (Math.log2(leafCount) / depth) * (floor - TOP)];
}

function drawTree(ctx: CanvasRenderingContext2D, batch: BatchMoment, frame: Frame): void {
  const state = new Map<string, boolean>();
  const isDone = (span: Span): boolean => {
    const key = `${span.firstLeaf}+${span.leafCount}`;
    let done = state.get(key);
    if (done === undefined) {
      const children = childrenOf(span);
      done = frame.spans.get(key)?.[4] === 'covered' || (children?.every(isDone) ?? false);
      state.set(key, done);
    }
    return done;
  };
  const visit = (span: Span, isWithin: boolean): void => {
    const known = frame.spans.get(`${span.firstLeaf}+${span.leafCount}`);
    const children = childrenOf(span);
    const [x, y] = placeOf(span, batch, frame);
    const done = isWithin || isDone(span);
    if (children !== undefined && frame.cell * span.leafCount >= 2 * LEAST_CELL) {
      for (const child of children) {
        const [childX, childY] = placeOf(child, batch, frame);
        const isJoined = done || isDone(child);
        ctx.strokeStyle = isJoined ? frame.ink : frame.line;
        ctx.lineWidth = isJoined ? 1.75 : 1.25;
        ctx.beginPath();
        ctx.moveTo(x, y);
        ctx.lineTo(childX, y + (childY - y) * 0.35);
        ctx.lineTo(childX, childY);
        ctx.stroke();
        visit(child, done && known?.[4] === 'covered');
      }
    }
    if (frame.cell * span.leafCount < LEAST_CELL) return;
    const slot = known === undefined ? undefined : frame.slotOf(known[2]);
    ctx.beginPath();
    ctx.arc(x, y, known === undefined ? 3 : 5, 0, 2 * Math.PI);
    ctx.fillStyle = slot === undefined ? (done ? frame.ink : frame.surface) : colourOf(slot, frame.ink);
    ctx.strokeStyle = slot === undefined ? (done ? frame.ink : frame.line) : frame.surface;
    ctx.lineWidth = 1.5;
    ctx.fill();
    ctx.stroke();
  };
  visit(rootSpan(batch.leafCount), false);
}

function drawSpan(ctx: CanvasRenderingContext2D, span: SpanPicture, frame: Frame): void {
  const [first, count, worker, second, state] = span;
  const slot = state === 'lost' ? undefined : frame.slotOf(worker);
  const colour = slot === undefined ? frame.lost : colourOf(slot, frame.ink);
  for (let leaf = first; leaf < first + count; leaf++) {
    drawCell(ctx, leaf, frame, {
      fill: colour,
      isFaint: state !== 'covered',
      pattern: slot === undefined ? 'plain' : patternOf(slot),
      isDashed: state === 'overdue' || state === 'lost',
    });
    const secondSlot = second === '' ? undefined : frame.slotOf(second);
    if (secondSlot !== undefined) hatchCell(ctx, leaf, frame, colourOf(secondSlot, frame.ink));
  }
  // The band says how far one worker's piece goes.
  const y = frame.height - CELLS_HEIGHT - BAND;
  ctx.fillStyle = colour;
  ctx.fillRect(first * frame.cell + 2, y, count * frame.cell - 4, 4);
}

interface CellLook {
  readonly fill: string;
  readonly isFaint: boolean;
  readonly pattern?: Pattern;
  readonly isDashed?: boolean;
}

function cellPath(ctx: CanvasRenderingContext2D, leaf: number, { cell, height }: Frame): void {
  const gap = cell >= LEAST_CELL ? 2 : 0.5;
  ctx.beginPath();
  ctx.roundRect(
    leaf * cell + gap,
    height - CELLS_HEIGHT + 1,
    cell - 2 * gap,
    CELLS_HEIGHT - 3,
    cell > 20 ? 6 : 1,
  );
}

function drawCell(ctx: CanvasRenderingContext2D, leaf: number, frame: Frame, look: CellLook): void {
  cellPath(ctx, leaf, frame);
  ctx.globalAlpha = look.isFaint ? 0.22 : 1;
  ctx.fillStyle = look.fill;
  ctx.fill();
  ctx.globalAlpha = 1;
  if (frame.cell >= LEAST_CELL) {
    ctx.setLineDash(look.isDashed === true ? [4, 3] : []);
    ctx.strokeStyle = look.fill;
    ctx.lineWidth = 1.5;
    ctx.stroke();
    ctx.setLineDash([]);
  }
  if (look.pattern !== undefined && look.pattern !== 'plain') patternCell(ctx, leaf, frame, look.pattern);
}

/** Slanting lines in the colour of a second holder. */
function hatchCell(ctx: CanvasRenderingContext2D, leaf: number, frame: Frame, colour: string): void {
  inCell(ctx, leaf, frame, (x, y, width, height) => {
    ctx.strokeStyle = colour;
    ctx.lineWidth = 3;
    for (let offset = -height; offset < width; offset += 9)
      line(ctx, x + offset, y + height, x + offset + height, y);
  });
}

function patternCell(ctx: CanvasRenderingContext2D, leaf: number, frame: Frame, pattern: Pattern): void {
  inCell(ctx, leaf, frame, (x, y, width, height) => {
    ctx.strokeStyle = frame.surface;
    ctx.fillStyle = frame.surface;
    ctx.lineWidth = 1.5;
    for (let offset = -height; offset < width + height; offset += 8) {
      if (pattern !== 'dots') line(ctx, x + offset, y, x + offset + height, y + height);
      if (pattern === 'cross') line(ctx, x + offset, y + height, x + offset + height, y);
      if (pattern !== 'dots') continue;
      for (let down = 4; down < height; down += 8) ctx.fillRect(x + offset, y + down, 2, 2);
    }
  });
}

function inCell(
  ctx: CanvasRenderingContext2D,
  leaf: number,
  frame: Frame,
  draw: (x: number, y: number, width: number, height: number) => void,
): void {
  ctx.save();
  cellPath(ctx, leaf, frame);
  ctx.clip();
  draw(leaf * frame.cell, frame.height - CELLS_HEIGHT, frame.cell, CELLS_HEIGHT);
  ctx.restore();
}

function line(ctx: CanvasRenderingContext2D, fromX: number, fromY: number, toX: number, toY: number): void {
  ctx.beginPath();
  ctx.moveTo(fromX, fromY);
  ctx.lineTo(toX, toY);
  ctx.stroke();
}
