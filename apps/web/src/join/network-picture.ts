import { byId, svgElement } from './elements.ts';

/** Dots of a column; of a wider layer there are as many, and a gap. */
const MOST_DOTS = 7;
const [COLUMN, ROW, HEIGHT] = [112, 14, 112];
const STEP_MS = 110;

/** Columns to draw: all, or the outer ones of a deep network. */
const MOST_COLUMNS = 6;

/** The network as columns of dots; the layer being computed is lit, forward and back. */
export class NetworkPicture {
  #columns: SVGElement[] = [];
  #isSweeping = false;

  /** @param sizes units of each layer, from the inputs on */
  draw(sizes: readonly number[]): void {
    const shown = sizes.length <= MOST_COLUMNS ? sizes : [...sizes.slice(0, MOST_COLUMNS - 1), sizes.at(-1)!];
    const picture = byId<SVGSVGElement>('network');
    const width = COLUMN * shown.length;
    picture.setAttribute('viewBox', `0 0 ${width} ${HEIGHT + 20}`);
    picture.setAttribute('aria-label', `The network: layers of ${sizes.join(', ')} units`);
    const counts = shown.map((size) => Math.min(size, MOST_DOTS));
    const x = (column: number): number => COLUMN * (column + 0.5);
    const y = (count: number, dot: number): number => HEIGHT / 2 + (dot - (count - 1) / 2) * ROW;
    const lines = counts.slice(1).map((count, index) => {
      const before = counts[index]!;
      const path = Array.from({ length: before * count }, (_, pair) => {
        const [from, to] = [Math.floor(pair / count), pair % count];
        return `M${x(index)} ${y(before, from)}L${x(index + 1)} ${y(count, to)}`;
      });
      return svgElement('path', { class: 'links', d: path.join('') });
    });
    this.#columns = counts.map((count, column) => {
      const group = svgElement('g', { class: 'layer' });
      for (let dot = 0; dot < count; dot++) {
        group.append(svgElement('circle', { cx: x(column), cy: y(count, dot), r: 4 }));
      }
      const label = svgElement('text', { x: x(column), y: HEIGHT + 14, 'text-anchor': 'middle' });
      label.textContent = shown[column]!.toLocaleString('en-US');
      group.append(label);
      return group;
    });
    picture.replaceChildren(...lines, ...this.#columns);
  }

  /** Shows one span: it goes through the layers forward, and its error back. What takes microseconds is shown slowly. */
  sweep(): void {
    if (this.#isSweeping || this.#columns.length === 0) return;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches || document.hidden) return;
    this.#isSweeping = true;
    const forward = this.#columns.map((_, index) => index);
    const course = [...forward, ...forward.slice(0, -1).reverse()];
    const light = (place: number): void => {
      const lit = course[place];
      this.#columns.forEach((column, index) => column.classList.toggle('lit', index === lit));
      this.#isSweeping = lit !== undefined;
      if (lit !== undefined) setTimeout(() => light(place + 1), STEP_MS);
    };
    light(0);
  }
}
