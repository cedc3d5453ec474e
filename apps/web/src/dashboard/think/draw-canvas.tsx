import { useRef } from 'preact/hooks';
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { asSample } from './drawing.ts';
import { largest } from './predictions.ts';
import { ShareBars } from './share-bars.tsx';
import { classify, saidOfDrawing } from './thinker.ts';

/** Pixels of a side of the canvas. */
const SIZE = 168;
const PEN = 13;

/** A canvas to draw a digit on, and what the current weights take it for. */
export function DrawCanvas({ side }: { readonly side: number }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const isEmpty = useSignal(true);
  const last = useRef<readonly [number, number] | undefined>(undefined);
  const placeOf = (event: PointerEvent): readonly [number, number] => {
    const box = canvas.current!.getBoundingClientRect();
    return [((event.clientX - box.left) * SIZE) / box.width, ((event.clientY - box.top) * SIZE) / box.height];
  };
  const stroke = (event: PointerEvent): void => {
    if (event.buttons === 0 || last.current === undefined) return;
    const ctx = canvas.current!.getContext('2d')!;
    const [x, y] = placeOf(event);
    ctx.lineWidth = PEN;
    ctx.lineCap = 'round';
    ctx.strokeStyle = '#fff';
    ctx.beginPath();
    ctx.moveTo(...last.current);
    ctx.lineTo(x, y);
    ctx.stroke();
    last.current = [x, y];
    isEmpty.value = false;
    look();
  };
  const look = (): void => {
    const { data } = canvas.current!.getContext('2d')!.getImageData(0, 0, SIZE, SIZE);
    const alpha = Uint8Array.from({ length: SIZE * SIZE }, (_, index) => data[4 * index + 3]!);
    const sample = asSample(alpha, SIZE, side);
    if (sample !== undefined) classify(sample);
  };
  const begin = (event: PointerEvent): void => {
    canvas.current!.setPointerCapture(event.pointerId);
    last.current = placeOf(event);
    stroke(event);
  };
  const clear = (): void => {
    canvas.current!.getContext('2d')!.clearRect(0, 0, SIZE, SIZE);
    saidOfDrawing.value = undefined;
    isEmpty.value = true;
  };
  const said = isEmpty.value ? undefined : saidOfDrawing.value;
  return (
    <div class="draw">
      <h3>Draw a digit</h3>
      <div class="draw-row">
        <canvas
          ref={canvas}
          width={SIZE}
          height={SIZE}
          class="pad"
          role="img"
          aria-label="Draw a digit here with a pointer"
          onPointerDown={begin}
          onPointerMove={stroke}
        />
        <div class="said">
          <p class="answer" role="status">
            {said === undefined ? (
              <span class="empty">The current weights read it here, in your browser.</span>
            ) : (
              <>
                I read a <strong class="number">{largest(said.outputs)}</strong>
              </>
            )}
          </p>
          <ShareBars shares={said === undefined ? [] : [...said.shares]} isLabelled />
          <button type="button" onClick={clear} disabled={isEmpty.value}>
            Clear
          </button>
        </div>
      </div>
    </div>
  );
}
