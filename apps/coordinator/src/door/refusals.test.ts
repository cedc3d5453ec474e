import { describe, expect, it } from 'vitest';
import { HTTP_REFUSALS, Refusals } from './refusals.ts';

const { guesses, connections, spare } = HTTP_REFUSALS;

function counted() {
  const lines: object[] = [];
  const firsts: string[] = [];
  const clock = { now: 5000 };
  const refusals = new Refusals({
    append: (entry) => lines.push(entry),
    onFirst: ({ name }, address) => firsts.push(`${name} ${address}`),
    now: () => clock.now,
  });
  return { refusals, lines, firsts, clock };
}

describe('refusals', () => {
  it('are counted by kind, whoever they were for', () => {
    const { refusals, firsts } = counted();
    refusals.count(guesses, '10.0.0.1');
    refusals.count(guesses, '10.0.0.2');
    refusals.count(connections, '10.0.0.1');
    expect(refusals.totals()).toEqual({ guesses: 2, connections: 1 });
    expect(firsts).toEqual(['guesses 10.0.0.1', 'connections 10.0.0.1']);
  });

  it('are told to people at the first of a kind, but for what is nobody’s fault', () => {
    const { refusals, firsts } = counted();
    for (const refusal of [spare, guesses, spare, guesses]) refusals.count(refusal, '10.0.0.1');
    expect(firsts).toEqual(['guesses 10.0.0.1']);
    expect(refusals.totals()).toEqual({ spare: 2, guesses: 2 });
  });

  it('come to the journal with code and reason, once a second, and none is lost', () => {
    const { refusals, lines, clock } = counted();
    for (let i = 0; i < 1000; i++) refusals.count(guesses, `10.0.0.${i % 7}`);
    expect(lines).toEqual([{ type: 'refused', ...guesses, address: '10.0.0.0', count: 1 }]);
    clock.now += 999;
    refusals.tick();
    expect(lines).toHaveLength(1);
    clock.now += 1;
    refusals.tick();
    expect(lines.at(-1)).toEqual({ type: 'refused', ...guesses, address: '10.0.0.5', count: 1000 });
    clock.now += 5000;
    refusals.tick();
    expect(lines).toHaveLength(2);
  });
});
