import { describe, expect, it } from 'vitest';
import { MessageBudget } from './message-budget.ts';

/** How many messages of a kind go through at once. */
const allowedOf = (budget: MessageBudget, kind: 'heartbeat' | 'contribution', now: number): number => {
  let count = 0;
  while (count < 10_000 && budget.allows(kind, now)) count++;
  return count;
};

describe('the messages of a worker', () => {
  it('are bounded by kind: a flood of one is none of another', () => {
    const budget = new MessageBudget(0);
    expect(allowedOf(budget, 'heartbeat', 0)).toBe(16);
    expect(allowedOf(budget, 'contribution', 0)).toBe(32);
  });

  it('may be as many as it was given leases, at any pace', () => {
    const budget = new MessageBudget(0);
    for (let step = 0; step < 5000; step++) {
      for (let span = 0; span < 3; span++) budget.expectAnswer('contribution');
      for (let span = 0; span < 3; span++) expect(budget.allows('contribution', step)).toBe(true);
      if (step % 50 === 0) budget.settle(step);
    }
  });

  it('are never too many at the pace of a worker that says every 800 ms that it is there', () => {
    const budget = new MessageBudget(0);
    for (let now = 0; now < 3_600_000; now += 50) {
      if (now % 800 === 0) expect(budget.allows('heartbeat', now)).toBe(true);
      budget.settle(now);
    }
  });

  it('that a tab sent in the ten minutes in which the coordinator was stopped are taken in one go', () => {
    const budget = new MessageBudget(0);
    for (let now = 0; now <= 5000; now += 50) budget.settle(now);
    for (let beat = 0; beat < 750; beat++) expect(budget.allows('heartbeat', 605_000)).toBe(true);
    for (let now = 605_050; now <= 610_000; now += 50) budget.settle(now);
    expect(allowedOf(budget, 'heartbeat', 610_000)).toBe(16);
  });
});
