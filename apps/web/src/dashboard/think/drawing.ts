/** Side of the square in which a digit of the training data stands, as a part of the image's side. */
const DIGIT_PART = 20 / 28;

/**
 * A drawing as the training data shows digits: light on dark, scaled into the middle square by its bounding box, its centre of mass in
 * the middle. undefined when nothing is drawn.
 * @param alpha [size, size] how much ink lies on each pixel, 0 to 255
 * @param side pixels of a side of the result
 */
export function asSample(alpha: Uint8Array, size: number, side: number): Uint8Array | undefined {
  const box = boundsOf(alpha, size);
  if (box === undefined) return undefined;
  const scale = (side * DIGIT_PART) / Math.max(box.right - box.left, box.bottom - box.top, 1);
  const centre = centreOf(alpha, size);
  const sample = new Uint8Array(side * side);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const left = (x - side / 2) / scale + centre.x;
      const top = (y - side / 2) / scale + centre.y;
      sample[y * side + x] = meanOf(alpha, size, left, top, 1 / scale);
    }
  }
  return sample;
}

interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function boundsOf(alpha: Uint8Array, size: number): Bounds | undefined {
  let [left, top, right, bottom] = [size, size, -1, -1];
  alpha.forEach((ink, index) => {
    if (ink < 32) return;
    const [x, y] = [index % size, Math.floor(index / size)];
    [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
  });
  return right < 0 ? undefined : { left, top, right, bottom };
}

function centreOf(alpha: Uint8Array, size: number): { readonly x: number; readonly y: number } {
  let [ink, sumX, sumY] = [0, 0, 0];
  alpha.forEach((value, index) => {
    ink += value;
    sumX += value * (index % size);
    sumY += value * Math.floor(index / size);
  });
  return { x: sumX / ink, y: sumY / ink };
}

/** The mean ink of a square of `width` pixels. */
function meanOf(alpha: Uint8Array, size: number, left: number, top: number, width: number): number {
  let [sum, count] = [0, 0];
  for (let y = Math.floor(top); y < top + width; y++) {
    for (let x = Math.floor(left); x < left + width; x++) {
      count++;
      if (x >= 0 && x < size && y >= 0 && y < size) sum += alpha[y * size + x]!;
    }
  }
  return count === 0 ? 0 : Math.round(sum / count);
}
