import type { Memory } from './memory.ts';

/** A start counts for so long. */
const RECENT_MS = 60_000;
/** Starts within that time that are nobody's fault: a reload or two. */
const FREE_STARTS = 2;

/** Notes a start of this tab. @returns how many too many there were of late: with each, it waits up to twice as long */
export function noteStart(memory: Memory, now: number): number {
  const earlier = (memory.get('starts') ?? '').split(',').map(Number);
  const recent = earlier.filter((at) => at > now - RECENT_MS && at <= now).slice(-8);
  memory.set('starts', [...recent, now].join(','));
  return Math.max(0, recent.length - FREE_STARTS);
}
