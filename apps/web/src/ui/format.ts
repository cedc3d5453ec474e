/** Numbers as people say them. */

/** "12.4k", "640", "1.2M": three digits, for what changes while one looks. */
export function compact(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value >= 999_500) return `${three(value / 1_000_000)}M`;
  return value >= 999.5 ? `${three(value / 1000)}k` : three(value);
}

/** "94.6 %" of a share of 1. */
export const percent = (share: number, digits = 1): string =>
  Number.isFinite(share) ? `${(100 * share).toFixed(digits)} %` : '–';

/** "3 min 20 s" of milliseconds. */
export function duration(ms: number): string {
  if (!Number.isFinite(ms)) return '–';
  const seconds = Math.max(0, ms / 1000);
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** "4.2 ms", "0.83 ms", "1.2 s" of milliseconds. */
export function milliseconds(ms: number): string {
  if (!(ms > 0)) return '0 ms';
  return ms >= 1000 ? `${three(ms / 1000)} s` : `${three(ms)} ms`;
}

/** "just now", "12 s ago", "3 min ago". */
export function ago(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 2) return 'just now';
  if (seconds < 60) return `${Math.round(seconds)} s ago`;
  return seconds < 3600 ? `${Math.round(seconds / 60)} min ago` : `${Math.round(seconds / 3600)} h ago`;
}

/** A loss with four digits. */
export const lossText = (loss: number | null): string => (loss === null ? '–' : loss.toPrecision(4));

/** Three digits: 12.4, 1.24, 124. */
function three(value: number): string {
  if (value >= 99.95) return value.toFixed(0);
  return value >= 9.995 ? value.toFixed(1) : value.toFixed(2);
}
