import type { Holder } from '../notice.ts';

/** What is said when these hold a run in place of those `before`. */
export function describeHolders(before: readonly Holder[], now: readonly Holder[]): string {
  if (now.length < before.length) {
    return now.includes('terminal')
      ? 'The administrator lets it go on; it is still stopped in its terminal'
      : 'It goes on in its terminal; the administrator still holds it';
  }
  const by = now.find((holder) => !before.includes(holder));
  return by === 'terminal' ? 'Stopped in its terminal: fg lets it go on' : 'Paused by the administrator';
}

/** What is said when the last who held a run lets it go on. */
export const describeRelease = (by: Holder): string =>
  by === 'terminal' ? 'Goes on in its terminal' : 'Resumed by the administrator';
