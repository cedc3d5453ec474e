import { describe, expect, it } from 'vitest';
import { ArgumentError, helpText, parseArguments } from './arguments.ts';

const ids = ['F01', 'F02'];

describe('parseArguments', () => {
  it('asks for every row once when nothing is given', () => {
    expect(parseArguments([], ids)).toEqual({
      ...{ help: false, list: false, status: false, resume: false, rows: [], repeat: 1 },
    });
  });

  it('takes everything that the help names', () => {
    const args = [
      '--row',
      'f01',
      '--row',
      'F02',
      '--repeat',
      '20',
      '--resume',
      '--budget',
      '500',
      '--load',
      '15',
    ];
    expect(parseArguments([...args, '--json', 'a', '--results', 'b'], ids)).toMatchObject({
      ...{ rows: ids, repeat: 20, resume: true, budget: 500, load: 15, json: 'a', results: 'b' },
    });
    expect(parseArguments(['--soak', '10'], ids)).toMatchObject({ soak: 10, rows: [] });
    const named = [...helpText([]).matchAll(/--([a-z]+)/g)].map(([, name]) => name);
    for (const name of [
      'row',
      'repeat',
      'soak',
      'resume',
      'budget',
      'status',
      'load',
      'json',
      'results',
      'list',
      'help',
    ])
      expect(named).toContain(name);
  });

  it.each([
    [['--row', 'F99']],
    [['--soak', '1', '--row', 'F01']],
    [['--repeat', '0']],
    [['--repeat', 'many']],
    [['--nonsense']],
  ])('refuses %j', (args) => {
    expect(() => parseArguments(args, ids)).toThrow(ArgumentError);
  });
});
