import type { ClientNotice } from '@lockstep/transport';
import { describe, expect, it } from 'vitest';
import { describer } from './describe.ts';
import { ConnectFailure } from './way/connect-failure.ts';

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
  const describe = describer(() => 0);
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
    expect.stringMatching(/^stands by: it checks what others have computed: its messages take 400 ms/),
    'takes part in the steps again',
  ]);
});

it('says each reason to stand by once, also to a worker that changes between them, and again when it comes back', () => {
  const computed = { ...span, purpose: 'step' } as const;
  const behind = { ...standby, standby: { ...standby.standby, reason: 'behind' } } as ClientNotice;
  const welcomed = { type: 'welcomed', run: 'r', worker: 1 } as ClientNotice;
  const flaps = [standby, computed, behind, computed];
  expect(linesOf(...flaps, ...flaps, ...flaps)).toHaveLength(4);
  expect(linesOf(...flaps, welcomed, ...flaps)).toHaveLength(9);
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
});

describe('a worker without a coordinator', () => {
  const refused = new ConnectFailure('closed-port', 'nothing listens at here:1');
  const retrying = (cause: unknown): ClientNotice => ({
    type: 'retrying',
    retry: { cause, delayMs: 1540, failures: 1 },
  });

  it('says why once, again when that changes, and now and then that it is still so', () => {
    let now = 0;
    const describe = describer(() => now);
    const say = (cause: unknown): readonly string[] => describe(retrying(cause), 'ws://here:1');
    expect(say(refused)).toEqual(['nothing listens at here:1 (next try in 1.5 s)']);
    now += 9000;
    expect(say(refused)).toEqual([]);
    now += 1000;
    const stillTrying = (tries: number, time: string): string =>
      `still trying, after ${tries} tries in ${time}: nothing listens at here:1 ` +
      '(Ctrl-C ends this, and --give-up-after SECONDS would)';
    expect(say(refused)).toEqual([stillTrying(3, '10 s')]);
    now += 59_000;
    expect(say(refused)).toEqual([]);
    now += 1000;
    expect(say(refused)).toEqual([stillTrying(5, '1 min')]);
    expect(say(refused)).toEqual([]);
    expect(say(new ConnectFailure('time-out', 'no answer'))).toEqual(['no answer (next try in 1.5 s)']);
    expect(say({ code: 1006, reason: '' })).toEqual(['next try in 1.5 s']);
    expect(say(refused)).toHaveLength(1);
  });
});
