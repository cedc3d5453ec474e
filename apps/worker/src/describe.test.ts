import type { ClientNotice } from '@lockstep/transport';
import { expect, it } from 'vitest';
import { describer } from './describe.ts';

const span = { type: 'span-computed', step: 7, rowCount: 8, lossSum: 1 } as const;
const standby: ClientNotice = {
  type: 'standby',
  standby: {
    type: 'standby',
    term: 1,
    step: 2,
    reason: 'slow-line',
    neededMicros: 400_000,
    stepMicros: 9000,
  },
};

const linesOf = (...notices: readonly ClientNotice[]): readonly string[] => {
  const describe = describer();
  return notices.flatMap((notice) => describe(notice, 'ws://here'));
};

it('says what a worker that stands by does instead, and once that it takes part again', () => {
  const computed = [
    { ...span, purpose: 'check' } as const,
    { ...span, purpose: 'step' } as const,
    { ...span, purpose: 'step' } as const,
  ];
  const lines = linesOf(...computed, standby, ...computed);
  expect(lines).toEqual([
    expect.stringMatching(/^stands by: it checks what others have computed: its line takes 400 ms/),
    'takes part in the steps again',
  ]);
});

it('says why a connection ended, with the code, and when it tries again', () => {
  const close = (code: number, reason: string): ClientNotice => ({
    type: 'disconnected',
    close: { code, reason },
  });
  const retrying = (cause: unknown): ClientNotice => ({
    type: 'retrying',
    retry: { cause, delayMs: 1540 } as Extract<ClientNotice, { type: 'retrying' }>['retry'],
  });
  expect(
    linesOf(close(4413, 'messages are not read fast enough'), close(1006, ''), retrying(close(1006, ''))),
  ).toEqual([
    'disconnected: messages are not read fast enough (4413)',
    'disconnected: connection lost (1006)',
    'next try in 1.5 s',
  ]);
  expect(linesOf(retrying(new Error('refused')))).toEqual([
    'no coordinator at ws://here, next try in 1.5 s (is it running? is the address right?)',
  ]);
});
