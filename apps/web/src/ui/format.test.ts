import { describe, expect, it } from 'vitest';
import { ago, compact, duration, milliseconds, percent } from './format.ts';

describe('numbers as people say them', () => {
  it.each([
    [0, '0.00'],
    [9.994, '9.99'],
    [12.44, '12.4'],
    [999.4, '999'],
    [1248, '1.25k'],
    [12_400, '12.4k'],
    [1_200_000, '1.20M'],
    [NaN, '–'],
  ])('writes %d as %s', (value, text) => expect(compact(value)).toBe(text));

  it.each([
    [900, '0.9 s'],
    [59_600, '1 min 0 s'],
    [200_000, '3 min 20 s'],
    [7_260_000, '2 h 1 min'],
  ])('writes %d ms as %s', (ms, text) => expect(duration(ms)).toBe(text));

  it('writes shares and short times', () => {
    expect(percent(0.9466, 1)).toBe('94.7 %');
    expect([milliseconds(0.5), milliseconds(1500)]).toEqual(['0.50 ms', '1.50 s']);
    expect([ago(500), ago(12_000), ago(180_000)]).toEqual(['just now', '12 s ago', '3 min ago']);
  });
});
