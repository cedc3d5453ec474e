import { describe, expect, it } from 'vitest';
import { ArgumentError, parseArguments } from './arguments.ts';

describe('parseArguments', () => {
  it('tries a thousand seeds from the first when nothing is asked for', () => {
    expect(parseArguments([])).toEqual({
      help: false,
      from: 1,
      seeds: 1000,
      seconds: Infinity,
      trace: false,
    });
  });

  it('takes a range of seeds, one seed, or as many as fit into a time', () => {
    expect(parseArguments(['--from', '7', '--seeds', '3'])).toMatchObject({ from: 7, seeds: 3 });
    expect(parseArguments(['--seed', '9', '--trace'])).toMatchObject({ from: 9, seeds: 1, trace: true });
    expect(parseArguments(['--seconds', '60', '--results', 'r.json'])).toMatchObject({
      seeds: 2 ** 32 - 1,
      seconds: 60,
      results: 'r.json',
    });
  });

  it.each([
    [
      'a seed that is no number',
      ['--seed', 'x'],
      '--seed takes a whole number from 1 to 4294967295, not "x"',
    ],
    ['no seed at all', ['--seeds', '0'], '--seeds takes a whole number'],
    ['a seed and a range', ['--seed', '1', '--from', '2'], '--seed is one seed'],
    ['the trace of many seeds', ['--trace'], '--trace is for one seed'],
    ['a fault that there is not', ['--faults', 'flood'], 'there is no fault called "flood"'],
    ['an option that does not exist', ['--sed', '1'], "Unknown option '--sed'"],
  ])('refuses %s', (_, args, text) => {
    expect(() => parseArguments(args)).toThrow(ArgumentError);
    expect(() => parseArguments(args)).toThrow(text);
  });
});
