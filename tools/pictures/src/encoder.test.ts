import { describe, expect, it } from 'vitest';
import { argumentsOf } from './encoder.ts';

describe('an animation', () => {
  it('repeats for ever, at the speed it was taken', () => {
    const told = argumentsOf('/frames', 'out.webp', 8);
    expect(told.slice(told.indexOf('-framerate'), told.indexOf('-framerate') + 2)).toEqual([
      '-framerate',
      '8',
    ]);
    expect(told.slice(told.indexOf('-loop'), told.indexOf('-loop') + 2)).toEqual(['-loop', '0']);
    expect(told.at(-1)).toBe('out.webp');
  });

  it('is what many pictures make, and one does not', () => {
    expect(argumentsOf('/frames', 'out.webp', 8)).toContain('libwebp_anim');
    expect(argumentsOf('/frames', 'out.webp')).not.toContain('-loop');
  });
});
