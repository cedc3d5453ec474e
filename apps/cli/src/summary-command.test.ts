import { resolveModel, summaryOf } from '@lockstep/nn';
import { expect, it } from 'vitest';
import { summaryText } from './summary-command.ts';

it('a summary is a table of layers with what each reads, and the totals of a step', () => {
  const model = resolveModel({
    input: [784],
    layers: [
      { type: 'dense', units: 16, name: 'a' },
      { type: 'sigmoid', name: 's' },
      { type: 'add', from: ['a', 's'], name: 'sum' },
      { type: 'dense', units: 10, name: 'out' },
    ],
  });
  const text = summaryText(summaryOf(model, 64), { batchSize: 64, rowBytes: 64 * 785 });
  expect(text.replace(/memory .*/, 'memory ...')).toBe(
    [
      'layer  kind     output  parameters  operations  reads',
      '-----------------------------------------------------',
      'input           784',
      'a      dense    16          12,560      25,104',
      's      sigmoid  16               0          16',
      'sum    add      16               0          16  a + s',
      'out    dense    10             170         330',
      '',
      'loss                squared-error',
      'parameters          12,730 (50 KiB)',
      'operations a row    25,466 forward, about 51,246 in a step',
      'a mini-batch        64 rows, 49 KiB as they travel',
      'a worker and step   50 KiB of weights in, as much gradient out',
      'memory ...',
      '',
    ].join('\n'),
  );
});
