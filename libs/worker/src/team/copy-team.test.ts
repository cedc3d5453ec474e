import { isNode } from '@lockstep/data';
import { createBackend } from '@lockstep/math';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CopyTeam, partsOf, type CopyHost } from './copy-team.ts';
import { CopyThread, type CopyAnswer } from './copy-thread.ts';
import { expectBitsOfOneThread, numbersConfig, rowsOf, teamConfig, weightsOf } from '../testing/team-work.ts';

const config = teamConfig();

/** A thread that is none: what is posted is cloned, and what is transferred leaves the sender, as between threads. */
function spawn(): CopyHost & { fail(error: Error): void } {
  let onAnswer: (answer: CopyAnswer) => void = () => undefined;
  let onFailure: (error: Error) => void = () => undefined;
  const thread = new CopyThread({
    createBackend: async (name, heapBytes) => (await createBackend(name, { heapBytes })).backend,
    post: (answer, transfer) => onAnswer(structuredClone(answer, { transfer: [...transfer] })),
  });
  return {
    post: (request, transfer) => thread.receive(structuredClone(request, { transfer: [...transfer] })),
    onMessage: (handler) => (onAnswer = handler),
    onError: (handler) => (onFailure = handler),
    terminate: () => undefined,
    fail: (error) => onFailure(error),
  };
}

describe('partsOf', () => {
  it('covers the span with nodes of its tree, as many as there are threads where there are leaves enough', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 20 }), (leafCount, most) => {
        const parts = partsOf({ firstLeaf: 0, leafCount }, most);
        expect(parts).toHaveLength(Math.min(most, leafCount));
        let next = 0;
        for (const part of parts) {
          expect([part.firstLeaf, isNode(part, leafCount)]).toEqual([next, true]);
          next += part.leafCount;
        }
        expect(next).toBe(leafCount);
      }),
    );
  });
});

describe('a team with a copy of the weights for each thread', () => {
  it.each([1, 2, 3, 5])('of %i gives the bits of one thread', async (threads) => {
    const team = await CopyTeam.start({ config, backend: 'wasm', threads, spawn });
    await expectBitsOfOneThread(team, config);
  });

  it('gives them where rows are to come to numbers', async () => {
    const numbers = numbersConfig();
    const team = await CopyTeam.start({ config: numbers, backend: 'wasm', threads: 3, spawn });
    await expectBitsOfOneThread(team, numbers);
  });

  it('rejects a span when the weights did not arrive as they were sent, and every one after it', async () => {
    const team = await CopyTeam.start({ config, backend: 'wasm', threads: 2, spawn });
    team.setWeights(weightsOf(config, 1).weights, '0123456789abcdef');
    await expect(team.compute(rowsOf(8))).rejects.toThrow(/the weights arrived with other bits/);
    await expect(team.compute(rowsOf(8))).rejects.toThrow(/the weights arrived with other bits/);
  });

  it('rejects when a thread ends by itself', async () => {
    const hosts: ReturnType<typeof spawn>[] = [];
    const kept = (): CopyHost => {
      const host = spawn();
      hosts.push(host);
      return host;
    };
    const team = await CopyTeam.start({ config, backend: 'wasm', threads: 2, spawn: kept });
    const sum = team.compute(rowsOf(40));
    hosts[1]!.fail(new Error('a computing thread ended'));
    await expect(sum).rejects.toThrow('a computing thread ended');
  });
});
