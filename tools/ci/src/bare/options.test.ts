import { describe, expect, it } from 'vitest';
import { readOptions } from './options.ts';

describe('readOptions', () => {
  it('tries all of the README with every suite, Node and user, unless told otherwise', () => {
    expect(readOptions([])).toMatchObject({
      suites: ['bookworm', 'trixie'],
      nodes: ['20', '24'],
      users: ['root', 'ordinary'],
      hasTests: true,
      isOfflineToo: false,
      isKept: false,
    });
  });

  it('takes each list from the command line alone, once it is given', () => {
    const args = [
      '--suite',
      'trixie',
      '--node',
      '26',
      '--node',
      '22.1.0',
      '--user',
      'root',
      '--no-test',
      '--offline',
    ];
    expect(readOptions(args)).toMatchObject({
      suites: ['trixie'],
      nodes: ['26', '22.1.0'],
      users: ['root'],
      hasTests: false,
      isOfflineToo: true,
    });
  });

  it.each([
    [['--user', 'nobody'], '--user takes root or ordinary'],
    [['--suite', '../etc'], '--suite takes a suite of Debian'],
    [['--node', 'latest; reboot'], 'is no version'],
    [['--npm', 'next'], 'is no version'],
    [['--fast'], "Unknown option '--fast'"],
  ])('refuses %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(message);
  });
});
