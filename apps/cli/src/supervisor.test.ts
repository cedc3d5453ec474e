import { EXIT } from '@lockstep/config';
import { describe, expect, it } from 'vitest';
import { afterEnd, exitCodeOf } from './supervisor.ts';

describe('the exit status of a coordinator with its workers', () => {
  it('is the coordinator’s, where no worker was refused', () => {
    expect(exitCodeOf(EXIT.done, undefined)).toBe(EXIT.done);
    expect(exitCodeOf(EXIT.disagreed, undefined)).toBe(EXIT.disagreed);
  });

  it('says why a worker was refused, rather than that the coordinator was told to stop for it', () => {
    expect(exitCodeOf(143 as typeof EXIT.done, EXIT.refused)).toBe(EXIT.refused);
  });

  it('says that the weights are not where they belong, whatever else went wrong', () => {
    expect(exitCodeOf(EXIT.unsaved, EXIT.refused)).toBe(EXIT.unsaved);
    expect(exitCodeOf(EXIT.unsaved, EXIT.failed)).toBe(EXIT.unsaved);
  });
});

describe('a worker that ended by itself', () => {
  it('is started again when it died, and not when the run is over', () => {
    expect(afterEnd(137, false)).toBe('start-again');
    expect(afterEnd(EXIT.failed, false)).toBe('start-again');
    expect(afterEnd(EXIT.done, false)).toBe('nothing');
  });

  it('ends the run when it was refused, but not when the administrator removed it', () => {
    expect(afterEnd(EXIT.refused, false)).toBe('give-up');
    expect(afterEnd(EXIT.refused, true)).toBe('go-on');
  });
});
