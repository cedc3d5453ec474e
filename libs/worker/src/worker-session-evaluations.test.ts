import { referenceBackend } from '@lockstep/math';
import { describe, expect, it } from 'vitest';
import { SpanComputer } from './span-computer.ts';
import {
  config,
  leaseOf,
  rows,
  rowsOf,
  start,
  until,
  weights,
  weightsOf,
  welcome,
} from './testing/session.ts';

describe('WorkerSession, asked for an evaluation,', () => {
  it('says what the weights at hand make of the rows of an evaluation, before it computes what is leased to it', async () => {
    const { sent, notices, ready, receive } = start();
    receive(welcome);
    await ready;
    receive(weightsOf(3));
    receive(rowsOf(3));
    const part = { type: 'evaluate', term: 5, step: 3, rowCount: 4, rows } as const;
    receive({ ...part, part: 7 });
    receive(leaseOf(3));
    receive({ ...part, part: 9 });
    await until(() => sent.length === 4);
    expect(sent.slice(1).map((message) => ('part' in message ? message.part : message.type))).toEqual([
      ...[7, 9, 'contribution'],
    ]);
    const computer = new SpanComputer(referenceBackend, config);
    computer.network.weights.set(weights);
    const facts = { type: 'evaluated', term: 5, step: 3, part: 7, rowCount: 4, computeMicros: 0 };
    expect(sent[1]).toEqual({ ...facts, outputs: computer.answer({ rows, rowCount: 4 }) });
    expect(notices).toContainEqual({ type: 'part-evaluated', step: 3, rowCount: 4 });
  });

  it('fails where weights are to be judged that it does not have, and forgets parts when newer ones come', async () => {
    const { sent, failures, ready, receive } = start();
    receive(welcome);
    await ready;
    receive(weightsOf(3));
    const part = { type: 'evaluate', term: 5, step: 3, part: 1, rowCount: 4, rows } as const;
    receive(part);
    receive({ ...part, part: 2 });
    receive(weightsOf(4));
    await until(() => sent.length === 2);
    receive(part);
    expect(failures.map(String)).toEqual([expect.stringContaining('an evaluation of step 3 came with')]);
    expect(sent).toHaveLength(2);
  });
});
