import { describe, expect, it } from 'vitest';
import { helpText, parseArguments } from './arguments.ts';
import { engine } from './testing/engines.ts';

const parse = (...args: string[]) => parseArguments(args, ['node', 'bun']);

describe('parseArguments', () => {
  it('asks for nothing in particular when told nothing', () => {
    expect(parse()).toEqual({ help: false, only: [], ci: false, install: false });
  });

  it('takes every option', () => {
    expect(
      parse('--only', 'node', '--only=bun', '--install', '--json', 'a.json', '--results', 'b.json'),
    ).toEqual({
      help: false,
      only: ['node', 'bun'],
      ci: false,
      install: true,
      json: 'a.json',
      results: 'b.json',
    });
    expect(parse('--ci').ci).toBe(true);
    expect(parse('-h').help).toBe(true);
  });

  it.each([
    [['--only', 'netscape'], 'there is no engine "netscape"'],
    [['--ci', '--only', 'node'], '--ci and --only each say which engines'],
    [['--fast'], "Unknown option '--fast'"],
    [['now'], 'now'],
  ])('refuses %j and says why', (args, message) => {
    expect(() => parse(...args)).toThrow(
      expect.objectContaining({ code: 'bad-argument', message: expect.stringContaining(message) }),
    );
  });
});

describe('helpText', () => {
  it('names every option and every engine, with what it needs', () => {
    const help = helpText([engine]);
    const options = ['--only', '--ci', '--install', '--json', '--results', '--help'];
    for (const part of [...options, '+ some', 'Some 1 (Engine) (Debian: some-package)']) {
      expect(help).toContain(part);
    }
  });
});
