import { describe, expect, it } from 'vitest';
import { readFinished } from './train-output.ts';

const finished = {
  type: 'finished',
  step: 938,
  weightsSha256: 'ab12',
  samplesPerSecond: 20123.4,
  stepMillis: 3.1,
};
const output = (...lines: object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

describe('readFinished', () => {
  it('reads the last line, whatever else was printed and whatever else it says', () => {
    const stdout = output({ type: 'started' }, { type: 'epoch', epoch: 1 }, { ...finished, testLoss: 0.1 });
    const { type: _, ...facts } = finished;
    expect(readFinished(stdout)).toEqual(facts);
  });

  it.each([
    ['nothing', ''],
    ['text', 'epoch 1/5\n'],
    ['a value that is no object', 'null\n'],
    ['a run that did not finish', output({ type: 'started' }, { type: 'diverged', step: 3 })],
    ['a digest that is no string', output({ ...finished, weightsSha256: 1 })],
    ['a step that is no number', output({ ...finished, step: '938' })],
    ['a rate that is missing', output({ ...finished, samplesPerSecond: undefined })],
    ['no time of a step', output({ ...finished, stepMillis: undefined })],
  ])('refuses %s with a remedy', (_, stdout) => {
    expect(() => readFinished(stdout)).toThrow(
      expect.objectContaining({ code: 'bad-output', message: expect.stringContaining('npm run build') }),
    );
  });
});
