import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Starts to watch the memory of this process. @returns a function that tells by how many bytes its resident memory was
 * above that of now at most, from now on; the kernel keeps the peak, so nothing between two looks is missed
 */
export function peakGrowth(): () => number {
  writeFileSync('/proc/self/clear_refs', '5'); // the peak starts anew: proc(5)
  const before = peak();
  return () => peak() - before;
}

/** The highest resident memory, in bytes. */
function peak(): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
  if (kilobytes === undefined) throw new Error('/proc/self/status tells no VmHWM: the matrix needs Linux');
  return Number(kilobytes) * 1024;
}
