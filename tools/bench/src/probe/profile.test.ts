import { describe, expect, it } from 'vitest';
import { cpuShares, heapShares } from './profile.ts';

const frame = (functionName: string, url = 'file:///app/dist/main.mjs', lineNumber = 9) => ({
  functionName,
  url,
  lineNumber,
});

describe('cpuShares', () => {
  it('adds up the time of each function by itself, without waiting', () => {
    const shares = cpuShares({
      nodes: [
        { id: 1, callFrame: frame('(idle)', '') },
        { id: 2, callFrame: frame('step') },
        { id: 3, callFrame: frame('(garbage collector)', '') },
        { id: 4, callFrame: frame('step') },
      ],
      samples: [1, 2, 3, 4, 2],
      timeDeltas: [1000, 200, 300, 200, 100],
    });
    expect(shares).toEqual([
      { where: 'step main.mjs:10', amount: 500 },
      { where: '(garbage collector)', amount: 300 },
    ]);
  });
});

describe('heapShares', () => {
  it('adds up what each function allocated by itself, wherever it was called', () => {
    const leaf = (name: string, selfSize: number) => ({ callFrame: frame(name), selfSize, children: [] });
    const shares = heapShares({
      callFrame: frame('(root)', ''),
      selfSize: 0,
      children: [{ ...leaf('', 10), children: [leaf('send', 4)] }, leaf('send', 8)],
    });
    expect(shares).toEqual([
      { where: 'send main.mjs:10', amount: 12 },
      { where: '(anonymous) main.mjs:10', amount: 10 },
    ]);
  });

  it('tells of what belongs to the engine who called it', () => {
    const slice = { callFrame: frame('slice', ''), selfSize: 5, children: [] };
    const shares = heapShares({
      callFrame: frame('(root)', ''),
      selfSize: 0,
      children: [{ callFrame: frame('send'), selfSize: 0, children: [slice] }],
    });
    expect(shares).toEqual([{ where: 'slice < send main.mjs:10', amount: 5 }]);
  });
});
