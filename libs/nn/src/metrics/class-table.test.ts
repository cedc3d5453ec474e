import { describe, expect, it } from 'vitest';
import { classScoresOf } from './class-scores.ts';
import { classTable } from './class-table.ts';

/** @param counts of each class: called rightly, called, and of it */
const scoresOf = (...counts: readonly (readonly [number, number, number])[]) =>
  classScoresOf(Float64Array.from(counts.flat()));

const manyOf = (classes: number) =>
  scoresOf(...Array.from({ length: classes }, (_, c) => [c, classes, classes] as const));

describe('classTable', () => {
  it('has a line for each class, then the averages of all alike and by their rows', () => {
    expect(classTable(scoresOf([12, 24, 12], [1, 1, 4], [4, 5, 14]))).toEqual([
      '  class         precision     recall         f1       rows',
      '  0                0.5000     1.0000     0.6667         12',
      '  1                1.0000     0.2500     0.4000          4',
      '  2                0.8000     0.2857     0.4211         14',
      '  macro avg        0.7667     0.5119     0.4959         30',
      '  weighted avg     0.7067     0.5667     0.5165         30',
    ]);
  });

  it('names the classes whose scores are of nothing, and leaves those out of the averages that nothing met', () => {
    const lines = classTable(scoresOf([3, 9, 3], [0, 0, 6], [0, 0, 0]));
    expect(lines.slice(1, 5)).toEqual([
      '  0                0.3333     1.0000     0.5000          3',
      '  1                0.0000     0.0000     0.0000          6',
      '  2                0.0000     0.0000     0.0000          0',
      '  macro avg        0.1667     0.5000     0.2500          9',
    ]);
    expect(lines.slice(-2)).toEqual([
      '  scored 0, classes that no row was called, whose precision is of nothing: 1, 2',
      '  scored 0, classes that no row is of, whose recall is of nothing: 2',
    ]);
  });

  it('of labels counts those in the averages that nothing met, and has 0 where none is true of a row', () => {
    const lines = classTable(scoresOf([3, 9, 3], [0, 0, 6], [0, 0, 0]), { target: 'labels' });
    expect(lines[0]).toBe('  label         precision     recall         f1       rows');
    expect(lines[4]).toBe('  macro avg        0.1111     0.3333     0.1667          9');
    expect(lines.at(-1)).toBe('  scored 0, labels that no row is of, whose recall is of nothing: 2');
    const none = classTable(scoresOf([0, 2, 0], [0, 0, 0]), { target: 'labels' });
    expect(none[4]).toBe('  weighted avg     0.0000     0.0000     0.0000          0');
  });

  it('shows of more than 20 classes the ten with the lowest f1, unless all are asked for', () => {
    expect(classTable(manyOf(20))).toHaveLength(1 + 20 + 2);
    const lines = classTable([...manyOf(21)].reverse());
    expect(lines.slice(1, 11).map((line) => line.trim().split(' ')[0])).toEqual(
      Array.from({ length: 10 }, (_, c) => String(20 - c)),
    );
    expect(lines.at(-1)).toMatch(/^ {2}the 10 classes of 21 with the lowest f1; /);
    expect(classTable(manyOf(21), { isWhole: true })).toHaveLength(1 + 21 + 2);
  });
});
