import { describe, expect, it } from 'vitest';
import type { BenchmarkCase, Requirement } from '../benchmark-case.ts';
import { choices } from './choices.ts';
import { allCases, cases } from './index.ts';

const namesOf = ({ contenders }: BenchmarkCase): string[] => contenders.map(({ name }) => name);
const comparedBy = (requirement: Requirement): string[] =>
  requirement.kind === 'figure' ? [requirement.contender] : [requirement.contender, requirement.against];

describe('cases', () => {
  it('have names of their own', () => {
    const names = allCases.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(allCases)('$name: compares contenders that it has', (benchmark) => {
    const names = namesOf(benchmark);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining([benchmark.baseline, ...(benchmark.requirements ?? []).flatMap(comparedBy)]),
    );
  });

  it.each(cases)('$name: has contenders of ours', ({ contenders }) => {
    expect(contenders.some(({ peer }) => peer === undefined)).toBe(true);
  });
});

describe('choices', () => {
  it.each(choices)('$setting: knows the value of every contender, all of the peer it is for', (choice) => {
    expect([...choice.values.keys()]).toEqual(namesOf(choice.benchmark));
    expect(choice.benchmark.contenders.every(({ peer }) => peer === choice.peer)).toBe(true);
  });
});
