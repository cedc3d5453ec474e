import { describe, expect, it } from 'vitest';
import { isStepOne, median, readOptions } from './first-step.ts';

describe('readOptions', () => {
  it('compares with a commit of before all was made smaller, in three rounds', () => {
    expect(readOptions([])).toEqual({ against: '5789bb8', rounds: 3 });
  });

  it.each([
    [['--rounds', '0'], '--rounds takes 1 to 99'],
    [['--against', '-x'], "'--against'"],
    [['--against=--exec'], '--against takes a commit'],
    [['now'], "Unexpected argument 'now'"],
  ])('refuses %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});

describe('isStepOne', () => {
  it('knows the first line that tells of a trained step', () => {
    const lines = [
      '{"type":"started","step":0}',
      'watch the run (you are its administrator):',
      'null',
      '{"type":"checkpoint","step":1,"file":"run/final.safetensors"}',
      '{"type":"finished","step":1}',
    ];
    expect(lines.findIndex(isStepOne)).toBe(3);
  });
});

describe('median', () => {
  it('is the middle, or between the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });
});
