import { describe, expect, it } from 'vitest';
import { distinctName } from './distinct-name.ts';

describe('the names of workers', () => {
  it('are their own where nobody has them', () => expect(distinctName('ada', new Set(['bob']))).toBe('ada'));

  it('have the least number behind them that nobody has', () => {
    const taken = new Set<string>();
    for (let count = 0; count < 4; count++) taken.add(distinctName('ada', taken));
    expect([...taken]).toEqual(['ada', 'ada (2)', 'ada (3)', 'ada (4)']);
    taken.delete('ada (3)');
    expect(distinctName('ada', taken)).toBe('ada (3)');
    expect(distinctName('ada (2)', taken)).toBe('ada (2) (2)');
  });

  it('stay as short as names are, and whole characters', () => {
    const long = '🧮'.repeat(64);
    const second = distinctName(long, new Set([long]));
    expect(second).toBe(`${'🧮'.repeat(60)} (2)`);
  });
});
