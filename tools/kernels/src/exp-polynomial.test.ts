import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fitExp, hexOf } from './exp-polynomial.ts';
import { evaluate, remez } from './minimax.ts';

const definition = readFileSync(new URL('../../../libs/math/src/ops/exp.ts', import.meta.url), 'utf8');

describe('the coefficients of exp', () => {
  it('are those of its definition', () => {
    const { coefficients, worstError } = fitExp();
    expect(worstError).toBeLessThan(4e-9);
    for (const [i, coefficient] of coefficients.entries()) {
      expect(definition).toContain(`const C${i} = floatOf(${hexOf(coefficient)})`);
    }
  });
});

describe('remez', () => {
  it('finds the best line through a parabola, which is off by an eighth', () => {
    const fit = remez({ target: (x) => x * x, weight: () => 1, bound: 0.5 }, 1, []);
    expect(fit.worstError).toBeCloseTo(0.125, 6);
    expect(evaluate(fit.coefficients, 0.3)).toBeCloseTo(0.125, 6);
  });

  it('keeps the coefficients it is given', () => {
    const fit = remez({ target: (x) => x ** 3, weight: () => 1, bound: 1 }, 2, [0.25]);
    expect(fit.coefficients[0]).toBe(0.25);
  });
});
