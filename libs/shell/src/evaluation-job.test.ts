import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EvaluationJob, type Judge } from './evaluation-job.ts';

const judge = (name: string): Judge => ({ name });
const [here, ada, ben] = [judge('the coordinator'), judge('ada'), judge('ben')];
const sumsOf = (part: number) => ({ lossSum: part / 3, tallies: [Float64Array.of(part, NaN)] });

describe('an evaluation job', () => {
  it('is taken from the front by the coordinator and from the back by workers, each part by one', () => {
    const job = new EvaluationJob(6);
    expect(job.takeFirst(here, 2)).toEqual([0, 1]);
    expect([job.takeLast(ada), job.takeLast(ben)]).toEqual([5, 4]);
    expect(job.takeFirst(here, 3)).toEqual([2, 3]);
  });

  it('gives who finds nothing free a part that another is at: a worker where at most two are, the coordinator any', () => {
    const job = new EvaluationJob(1);
    expect(job.takeLast(ada)).toBe(0);
    expect(job.takeLast(ada)).toBeUndefined();
    expect([job.takeLast(ben), job.takeLast(judge('cid'))]).toEqual([0, 0]);
    expect(job.takeLast(judge('dee'))).toBeUndefined();
    expect(job.takeFirst(here, 4)).toEqual([0]);
  });

  it('gives the parts of who leaves to others', () => {
    const job = new EvaluationJob(2);
    expect([job.takeLast(ada), job.takeLast(ada)]).toEqual([1, 0]);
    job.leave(ada);
    expect([job.takeLast(ben), job.takeLast(ben)].toSorted()).toEqual([0, 1]);
  });

  it('counts the first answer of a part, and says who gave other bits before', async () => {
    const job = new EvaluationJob(2);
    job.takeLast(ada);
    expect(job.answer(1, sumsOf(1), ada)).toBeUndefined();
    expect(job.answer(1, sumsOf(1), ben)).toBeUndefined();
    expect(job.answer(1, sumsOf(2), here)).toBe(ada);
    expect(job.isDone).toBe(false);
    job.answer(0, sumsOf(0), here);
    expect(job.isDone).toBe(true);
    expect(await job.done).toEqual([sumsOf(0), sumsOf(1)]);
  });

  it('fails for everyone who waits for it', async () => {
    const job = new EvaluationJob(2);
    job.fail(new Error('no memory'));
    await expect(job.done).rejects.toThrow('no memory');
  });

  it('is done with the sums of every part in order, whoever takes, leaves and answers when', async () => {
    const action = fc.record({
      who: fc.nat(3),
      what: fc.constantFrom('take' as const, 'answer' as const, 'leave' as const),
    });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 12 }), fc.array(action), async (count, actions) => {
        const job = new EvaluationJob(count);
        const workers = [ada, ben, judge('cid'), judge('dee')].map((who) => ({ who, held: [] as number[] }));
        for (const { who, what } of actions) {
          const worker = workers[who]!;
          const part = what === 'take' ? job.takeLast(worker.who) : undefined;
          if (part !== undefined) worker.held.push(part);
          if (what === 'leave') {
            job.leave(worker.who);
            worker.held = [];
          }
          const held = what === 'answer' ? worker.held.shift() : undefined;
          if (held !== undefined) expect(job.answer(held, sumsOf(held), worker.who)).toBeUndefined();
        }
        // Whatever workers did not do, the coordinator does.
        while (!job.isDone) {
          const parts = job.takeFirst(here, 3);
          expect(parts.length).toBeGreaterThan(0);
          for (const part of parts) job.answer(part, sumsOf(part), here);
        }
        expect(await job.done).toEqual(Array.from({ length: count }, (_, part) => sumsOf(part)));
      }),
    );
  });
});
