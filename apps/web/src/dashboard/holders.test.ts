import { describe, expect, it } from 'vitest';
import { holdersOf, holdOrderOf } from './holders.ts';

describe('who holds a run', () => {
  it('is whoever the picture names, and the administrator in one of before', () => {
    expect(holdersOf({ phase: 'paused', heldBy: ['terminal'] })).toEqual(['terminal']);
    expect(holdersOf({ phase: 'paused' })).toEqual(['administrator']);
    expect(holdersOf({ phase: 'training' })).toEqual([]);
  });

  it('can be let go on by the administrator only where the administrator holds it', () => {
    expect(holdOrderOf([])).toEqual({ order: 'pause' });
    expect(holdOrderOf(['administrator'])).toEqual({ order: 'resume' });
    expect(holdOrderOf(['terminal'])).toEqual({ order: 'pause', title: 'It stays paused after fg.' });
    const both = holdOrderOf(['terminal', 'administrator']);
    expect(both).toEqual({ order: 'resume', title: 'It goes on once fg was typed too.' });
  });
});
