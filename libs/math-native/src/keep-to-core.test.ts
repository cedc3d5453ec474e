import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { keepToCore } from './index.ts';
import { NEEDS_KERNELS } from './testing/built-variants.ts';

/** The cores that this thread may run on, as Linux writes them. */
const allowedCores = (): string =>
  /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync('/proc/thread-self/status', 'utf8'))![1]!;

describe.runIf(process.platform === 'linux')('keepToCore', () => {
  it('does nothing without native kernels, and for a core that is not there', async () => {
    const before = allowedCores();
    expect(await keepToCore(0, { override: 'off' })).toBe(false);
    expect(await keepToCore(availableParallelism())).toBe(false);
    expect(allowedCores()).toBe(before);
  });

  it.skipIf(NEEDS_KERNELS !== '')(`leaves the thread one core of those it had${NEEDS_KERNELS}`, async () => {
    expect(await keepToCore(0)).toBe(true);
    expect(allowedCores()).toMatch(/^\d+$/);
  });
});
