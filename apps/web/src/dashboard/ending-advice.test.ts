import type { Phase } from '@lockstep/metrics';
import { describe, expect, it } from 'vitest';
import { adviceOf } from './ending-advice.ts';

const COMMANDS = { resume: 'RESUME', evaluate: 'EVALUATE' };
const KEPT = { ...COMMANDS, kept: { file: '/spare/final.safetensors', takeBack: 'TAKE BACK' } };
const ending = { step: 1200, at: 0, weightsSha256: 'f'.repeat(64) };

describe('what is said of a run that has ended', () => {
  const commandsOf = (advice: ReturnType<typeof adviceOf>) => advice.flatMap(({ command }) => command ?? []);
  const said = (advice: ReturnType<typeof adviceOf>) => advice.map(({ text }) => text).join(' ');

  it.each<[Phase, readonly string[], RegExp]>([
    ['finished', ['EVALUATE'], /^To measure these weights again/],
    ['stopped', ['RESUME'], /^To go on from here/],
    ['diverged', [], /^The checkpoint of the last finite weights is kept\.$/],
  ])('offers what can be done with its checkpoint when it has %s', (phase, expected, words) => {
    const advice = adviceOf(phase, ending, COMMANDS);
    expect(commandsOf(advice)).toEqual(expected);
    expect(said(advice)).toMatch(words);
  });

  it.each<Phase>(['finished', 'stopped', 'diverged'])(
    'ends with what shows the run again when its coordinator is gone, when it has %s',
    (phase) => {
      const advice = adviceOf(phase, ending, { ...COMMANDS, dashboard: 'DASHBOARD' });
      expect(commandsOf(advice).at(-1)).toBe('DASHBOARD');
      expect(commandsOf(adviceOf(phase, ending, COMMANDS))).not.toContain('DASHBOARD');
    },
  );

  it.each<[Phase, readonly string[]]>([
    ['finished', ['TAKE BACK', 'EVALUATE']],
    ['stopped', ['TAKE BACK', 'RESUME']],
    ['diverged', ['TAKE BACK']],
  ])('takes weights back first that lie elsewhere, when it has %s', (phase, expected) => {
    const advice = adviceOf(phase, { ...ending, unsaved: 'elsewhere' }, KEPT);
    expect(commandsOf(advice)).toEqual(expected);
    expect(said(advice)).toContain('it is kept in /spare/final.safetensors');
  });

  it.each<Phase>(['finished', 'stopped', 'diverged'])(
    'offers nothing to those who do not know where the weights of one that has %s lie',
    (phase) => {
      for (const commands of [undefined, COMMANDS]) {
        const advice = adviceOf(phase, { ...ending, unsaved: 'elsewhere' }, commands);
        expect(commandsOf(advice)).toEqual([]);
        expect(said(advice)).toMatch(/kept in another place, which the coordinator's last lines name/);
      }
    },
  );

  it.each<[Phase, readonly string[]]>([
    ['finished', ['RESUME']],
    ['stopped', ['RESUME']],
    ['diverged', []],
  ])('promises no checkpoint of weights that are lost, when it has %s', (phase, expected) => {
    for (const commands of [{ resume: 'RESUME' }, undefined]) {
      const advice = adviceOf(phase, { ...ending, unsaved: 'lost' }, commands);
      expect(commandsOf(advice)).toEqual(commands === undefined ? [] : expected);
      expect(said(advice)).toMatch(/^The weights of step 1,200 are not kept/);
      expect(said(advice)).not.toMatch(/is kept|From here|measure/);
    }
  });
});
