import { describe, expect, it } from 'vitest';
import { describeEnd, describeNotice } from './words.ts';

const refusal = { type: 'refused', code: 'token', detail: 'the token is missing or wrong' } as const;

describe('describeEnd', () => {
  it('tells a missing token from a wrong one', () => {
    expect(describeEnd(refusal, false)).toContain('the token is missing. Open the whole link');
    expect(describeEnd(refusal, true)).toContain('the token is wrong');
  });

  it('passes on why the coordinator refused', () => {
    const end = { type: 'refused', code: 'contract', detail: 'install the same version on both' } as const;
    expect(describeEnd(end, false)).toBe('Refused: install the same version on both.');
  });

  it('says how the run ended', () => {
    const finished = { type: 'finished', reason: 'diverged', step: 3, weightsSha256: '' } as const;
    expect(describeEnd({ type: 'finished', finished }, false)).toBe('The run diverged and ended.');
  });

  it('says what failed', () => {
    const end = { type: 'failed', error: new Error('no memory') } as const;
    expect(describeEnd(end, false)).toBe('This tab cannot go on: no memory.');
  });
});

describe('describeNotice', () => {
  it.each([
    [new Error('ECONNREFUSED'), 'No coordinator answers: next try in 1.5 s.'],
    [{ code: 4503, reason: 'full' }, 'The coordinator closed the connection (full): next try in 1.5 s.'],
    [{ code: 1006, reason: '' }, 'The connection was lost: next try in 1.5 s.'],
    [undefined, 'The connection was lost: next try in 1.5 s.'],
  ])('says why there is no connection and when the next try comes (%j)', (cause, text) => {
    expect(describeNotice({ type: 'retrying', retry: { failures: 1, delayMs: 1500, cause } })).toBe(text);
  });

  it('says what a tab that stands by does instead, and why', () => {
    const standby = { type: 'standby', term: 1, step: 2, reason: 'slow-line' } as const;
    const notice = {
      type: 'standby',
      standby: { ...standby, neededMicros: 411_260, stepMicros: 5940 },
    } as const;
    expect(describeNotice(notice)).toBe(
      'Standing by: it checks what others have computed: its line takes 0.41 s, and the others are done in 0.0059 s.',
    );
  });

  it('has nothing to say of a lost connection, since a retry or the end follows', () => {
    expect(describeNotice({ type: 'disconnected', close: { code: 1006, reason: '' } })).toBeUndefined();
  });
});
