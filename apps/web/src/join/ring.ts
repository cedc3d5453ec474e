import { byId } from './elements.ts';

const STEPS_OF_100 = 5;
const LEAST = 10;

/** Radius of the ring in its picture. */
const RADIUS = 92;
const CENTRE = 100;

/** The percentage where somebody points, from the middle of the ring: 0 at the top, growing clockwise. */
export function percentAt(x: number, y: number): number {
  const turns = Math.atan2(x, -y) / (2 * Math.PI);
  return inRange(100 * (turns < 0 ? turns + 1 : turns));
}

/** In steps, and never so little that nothing is done. */
export const inRange = (percent: number): number =>
  Math.min(100, Math.max(LEAST, Math.round(percent / STEPS_OF_100) * STEPS_OF_100));

/** What a key does to it; undefined for others. */
export function afterKey(percent: number, key: string): number | undefined {
  const change = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1, PageUp: 4, PageDown: -4 }[key];
  if (key === 'Home') return LEAST;
  if (key === 'End') return 100;
  return change === undefined ? undefined : inRange(percent + change * STEPS_OF_100);
}

/** The ring around the button: how much of the processor's time is given, dragged, or set by keys. */
export class Ring {
  readonly #element = byId<SVGSVGElement>('ring');
  readonly #onChange: (percent: number) => void;
  #percent = 0;

  constructor(percent: number, onChange: (percent: number) => void) {
    this.#onChange = onChange;
    this.#show(inRange(percent));
    const element = this.#element;
    element.addEventListener('pointerdown', (event) => {
      element.setPointerCapture(event.pointerId);
      this.#point(event, false);
    });
    element.addEventListener('pointermove', (event) => {
      if (element.hasPointerCapture(event.pointerId)) this.#point(event, true);
    });
    element.addEventListener('keydown', (event) => {
      const percentNow = afterKey(this.#percent, event.key);
      if (percentNow === undefined) return;
      event.preventDefault();
      this.#set(percentNow);
    });
  }

  get percent(): number {
    return this.#percent;
  }

  /** @param isDrag then a way over the top stops there: half a turn at once is nobody's wish */
  #point({ clientX, clientY }: PointerEvent, isDrag: boolean): void {
    const { left, top, width, height } = this.#element.getBoundingClientRect();
    const percent = percentAt(clientX - left - width / 2, clientY - top - height / 2);
    if (isDrag && Math.abs(percent - this.#percent) > 50) return this.#set(this.#percent > 50 ? 100 : LEAST);
    this.#set(percent);
  }

  #set(percent: number): void {
    if (percent === this.#percent) return;
    this.#show(percent);
    this.#onChange(percent);
  }

  #show(percent: number): void {
    this.#percent = percent;
    const element = this.#element;
    element.setAttribute('aria-valuenow', String(percent));
    element.setAttribute('aria-valuetext', `${percent} percent of the time`);
    byId('arc').style.strokeDasharray = `${percent} 100`;
    const angle = (percent / 50) * Math.PI;
    const knob = byId<SVGElement>('knob');
    knob.setAttribute('cx', (CENTRE + RADIUS * Math.sin(angle)).toFixed(2));
    knob.setAttribute('cy', (CENTRE - RADIUS * Math.cos(angle)).toFixed(2));
    byId('budget').textContent = `${percent} %`;
  }
}
