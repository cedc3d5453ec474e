import { describe, expect, it } from 'vitest';
import { makeProgram } from './program.ts';

/** What `lockstep help COMMAND` prints, in one line. */
function helpOf(name: string): string {
  const program = makeProgram(() => undefined);
  const command = program.commands.find((each) => each.name() === name)!;
  let text = '';
  command.configureOutput({ writeOut: (piece) => (text += piece) });
  command.outputHelp();
  return text.replace(/\s+/g, ' ');
}

/** The commands whose help has these words. */
const saying = (words: RegExp): string[] =>
  makeProgram(() => undefined)
    .commands.map((command) => command.name())
    .filter((name) => name !== 'help' && words.test(helpOf(name)));

describe('the help of a command', () => {
  it.each<[RegExp, string[]]>([
    [/asks workers for a token/, ['train', 'coordinator']],
    [/asks viewers for a token/, ['dashboard']],
    [/call this coordinator/, ['train', 'coordinator']],
    [/default: mnist/, ['train', 'coordinator', 'summary']],
    [/default: the run's own/, ['evaluate']],
    [/under train/, []],
    [/shared among the workers/, ['train']],
    [/over all workers/, ['train', 'coordinator']],
    [/answer late workers .*default: 0/, ['train']],
    [/answer late workers .*default: 30/, ['coordinator']],
    [/to listen on/, ['train', 'coordinator', 'dashboard']],
    [/LOCKSTEP_BATCH_SIZE/, ['train', 'coordinator']],
  ])('alone says %s where it is true', (words, names) =>
    expect(saying(words).toSorted()).toEqual(names.toSorted()),
  );
});
