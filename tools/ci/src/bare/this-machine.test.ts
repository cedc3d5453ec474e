import { describe, expect, it } from 'vitest';
import { debianMirrorIn } from './this-machine.ts';

describe('debianMirrorIn', () => {
  it.each([
    ['the form with fields', 'Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\n'],
    ['the form of one line', '# a comment\ndeb http://mirror.example/debian bookworm main\n'],
    ['options in front', 'deb [arch=amd64 signed-by=/x.gpg] http://mirror.example/debian bookworm main\n'],
    ['sources first', 'deb-src http://other.example bookworm main\ndeb\thttp://mirror.example/debian x main'],
    [
      'a line that is out of use',
      '#deb http://other.example x main\ndeb http://mirror.example/debian x main',
    ],
  ])('reads %s', (_what, sources) => {
    expect(debianMirrorIn(sources)).toBe('http://mirror.example/debian');
  });

  it('leaves the mirror to debootstrap where apt has none', () => {
    expect(debianMirrorIn('# nothing\n')).toBeUndefined();
  });
});
