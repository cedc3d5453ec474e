import { describe, expect, it } from 'vitest';
import { cases } from './index.ts';

describe('cases', () => {
  it('have names of their own', () => {
    const names = cases.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(cases)('$name: compares contenders that it has, ours among them', (benchmark) => {
    const names = benchmark.contenders.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain(benchmark.baseline);
    if (benchmark.requirement !== undefined) expect(names).toContain(benchmark.requirement.contender);
    expect(benchmark.contenders.some(({ peer }) => peer === undefined)).toBe(true);
  });
});
