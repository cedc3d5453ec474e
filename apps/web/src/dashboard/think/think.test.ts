import { describe, expect, it } from 'vitest';
import { asSample } from './drawing.ts';
import { predictionsOf } from './predictions.ts';

describe('predictionsOf', () => {
  it('puts the wrong ones first, each by its largest output, with the shares of its classes', () => {
    const outputs = Float32Array.of(0.9, -0.1, 0.2, 1.5, 0.25, 0.25);
    const shares = Float32Array.of(1, 0, 0.25, 0.75, 0.5, 0.5);
    expect(predictionsOf({ outputs, shares }, Uint8Array.of(0, 0, 0))).toMatchObject([
      { index: 1, label: 0, predicted: 1, shares: [0.25, 0.75] },
      { index: 0, predicted: 0, shares: [1, 0] },
      { index: 2, predicted: 0 },
    ]);
  });
});

describe('asSample', () => {
  const size = 56;
  const square = (left: number, top: number, side: number): Uint8Array =>
    Uint8Array.from({ length: size * size }, (_, index) => {
      const [x, y] = [index % size, Math.floor(index / size)];
      return x >= left && x < left + side && y >= top && y < top + side ? 255 : 0;
    });

  it('is nothing where nothing is drawn', () => {
    expect(asSample(new Uint8Array(size * size), size, 28)).toBeUndefined();
  });

  it('gives the same image wherever and however large it is drawn', () => {
    const corner = asSample(square(0, 0, 10), size, 28)!;
    expect(asSample(square(40, 40, 10), size, 28)).toEqual(corner);
    expect([corner[14 * 28 + 14], corner[0]]).toEqual([255, 0]);
    const ink = corner.filter((value) => value > 127).length;
    expect(ink).toBeGreaterThan(19 * 19);
    expect(ink).toBeLessThan(22 * 22);
  });
});
