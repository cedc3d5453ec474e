import { describe, expect, it } from 'vitest';
import { ConnectFailure } from './connect-failure.ts';
import { Persistence } from './persistence.ts';

const wrong = new ConnectFailure('certificate', 'nobody signed it');
const closed = new ConnectFailure('closed-port', 'nothing listens');

describe('a worker that cannot connect', () => {
  it('tries three times where somebody has to do something, and no more', () => {
    const persistence = new Persistence(() => 0);
    expect([1, 2, 3].map(() => persistence.onFailure(wrong))).toEqual([undefined, undefined, wrong]);
  });

  it('tries for ever where time may mend it, and begins to count anew after that', () => {
    const persistence = new Persistence(() => 0);
    for (let tries = 0; tries < 100; tries++) expect(persistence.onFailure(closed)).toBeUndefined();
    for (const cause of [wrong, wrong, closed, wrong, wrong])
      expect(persistence.onFailure(cause)).toBeUndefined();
    expect(persistence.onFailure(wrong)).toBe(wrong);
  });

  it('does not begin to count anew for a connection that is cut or not answered, which says nothing of who is there', () => {
    const persistence = new Persistence(() => 0);
    for (const kind of ['cut', 'time-out'] as const) {
      const unclear = new ConnectFailure(kind, 'no answer');
      for (let tries = 0; tries < 100; tries++) expect(persistence.onFailure(unclear)).toBeUndefined();
      expect(persistence.onFailure(wrong)).toBeUndefined();
    }
    expect(persistence.onFailure(wrong)).toBe(wrong);
  });

  it('tries for a minute where it was let in before: a proxy may be starting again', () => {
    let now = 0;
    const persistence = new Persistence(() => now);
    persistence.onWelcome();
    for (now = 0; now < 60_000; now += 5000) expect(persistence.onFailure(wrong)).toBeUndefined();
    expect(persistence.onFailure(wrong)).toBe(wrong);
  });

  it('takes what is not understood three times in a row for something else than a coordinator', () => {
    const persistence = new Persistence(() => 0);
    const notUnderstood = { code: 4400, reason: 'bad-header: no map' };
    const goingAway = { code: 1001, reason: 'shutting down' };
    for (const cause of [notUnderstood, notUnderstood, goingAway, notUnderstood, notUnderstood]) {
      expect(persistence.onFailure(cause)).toBeUndefined();
    }
    // A line that broke says nothing of what is there.
    expect(persistence.onFailure({ code: 1006, reason: '' })).toBeUndefined();
    expect(persistence.onFailure(notUnderstood)?.message).toMatch(/does not speak the protocol .*no map/);
  });
});
