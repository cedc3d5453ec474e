import { describe, expect, it } from 'vitest';
import { describeEnd, activityOf } from './words.ts';

const here = { hasToken: true, wasWelcome: true };
const refusal = { type: 'refused', code: 'token', detail: 'the token is missing or wrong' } as const;

describe('describeEnd', () => {
  it('tells a missing token from a wrong one', () => {
    expect(describeEnd(refusal, { hasToken: false, wasWelcome: false }).text).toContain(
      'the token is missing. Open the whole link',
    );
    expect(describeEnd(refusal, { hasToken: true, wasWelcome: false }).text).toContain('the token is wrong');
    expect(describeEnd(refusal, here).text).toMatch(/has another token now.*new link/);
  });

  it('passes on why the coordinator refused', () => {
    const end = { type: 'refused', code: 'contract', detail: 'install the same version on both' } as const;
    expect(describeEnd(end, here).text).toBe('Refused: install the same version on both.');
  });

  it('says how the run ended', () => {
    const finished = { type: 'finished', reason: 'diverged', step: 3, weightsSha256: '' } as const;
    const text = 'The run diverged and ended.';
    expect(describeEnd({ type: 'finished', finished }, here)).toEqual({ kind: 'diverged', text });
    const late = describeEnd({ type: 'finished', finished }, { ...here, wasWelcome: false });
    expect(late.text).toBe('This run is over: there is nothing left to compute.');
  });

  it('says what failed', () => {
    const end = { type: 'failed', error: new Error('no memory') } as const;
    expect(describeEnd(end, here).text).toBe('This tab cannot go on: no memory.');
  });
});

describe('activityOf', () => {
  it.each([
    [new Error('ECONNREFUSED'), 'No coordinator answers.'],
    [{ code: 4503, reason: 'full' }, 'The coordinator closed the connection (full).'],
    [{ code: 4410, reason: 'no sign of life in time' }, 'The connection was lost.'],
    [{ code: 1006, reason: '' }, 'The connection was lost.'],
    [undefined, 'The connection was lost.'],
  ])('says why there is no connection and when the next try comes (%j)', (cause, text) => {
    const retry = { failures: 1, delayMs: 1500, cause };
    const unreached = cause instanceof Error ? { isUnreached: true } : {};
    expect(activityOf({ type: 'retrying', retry })).toEqual({
      ...{ activity: 'retrying', text, retryMs: 1500 },
      ...unreached,
    });
  });

  it('says what a tab that stands by does instead, and why', () => {
    const standby = { type: 'standby', term: 1, step: 2, reason: 'slow-line' } as const;
    const notice = {
      type: 'standby',
      standby: { ...standby, neededMicros: 411_260, stepMicros: 5940 },
    } as const;
    expect(activityOf(notice)?.text).toBe(
      'Standing by, which is normal: you check what others have computed: your connection needs 410 ms, and they are done in 5.9 ms.',
    );
  });

  it('has nothing to say of a lost connection, since a retry or the end follows', () => {
    expect(activityOf({ type: 'disconnected', close: { code: 1006, reason: '' } })).toBeUndefined();
  });
});
