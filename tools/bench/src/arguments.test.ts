import { describe, expect, it } from 'vitest';
import { helpText, parseArguments } from './arguments.ts';

const caseNames = ['train a network', 'step of a network', 'matmul 2x2x2'];
const parse = (...args: string[]) => parseArguments(args, caseNames);

describe('parseArguments', () => {
  it('measures every case with the peers when told nothing', () => {
    expect(parse()).toEqual({
      ...{ help: false, install: false, anyTorch: false, peers: true },
      ...{ rounds: 5, only: [] },
    });
  });

  it('takes every option', () => {
    expect(
      parse('--rounds', '9', '--no-peers', '--json', 'out.json', '--only', 'step', '--only=mat'),
    ).toEqual({
      help: false,
      install: false,
      anyTorch: false,
      peers: false,
      rounds: 9,
      json: 'out.json',
      only: ['step', 'mat'],
    });
    expect(parse('-h').help).toBe(true);
    expect(parse('--install').install).toBe(true);
    expect(parse('--any-torch').anyTorch).toBe(true);
  });

  it.each([
    [['--rounds', '0'], '--rounds takes a whole number from 1 to 1000, not "0"'],
    [['--rounds', '1.5'], 'not "1.5"'],
    [['--rounds', ''], 'not ""'],
    [['--only', 'conv'], 'no case is named like "conv"'],
    [['--fast'], "Unknown option '--fast'"],
    [['now'], 'now'],
  ])('refuses %j and says why', (args, message) => {
    expect(() => parse(...args)).toThrow(
      expect.objectContaining({ code: 'bad-argument', message: expect.stringContaining(message) }),
    );
  });
});

describe('helpText', () => {
  it('names every option and every case', () => {
    const help = helpText(caseNames);
    for (const part of [
      ...['--install', '--any-torch', '--rounds', '--only', '--no-peers', '--json', '--help'],
      ...caseNames,
    ]) {
      expect(help).toContain(part);
    }
  });
});
