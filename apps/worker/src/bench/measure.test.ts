import { createBackend, referenceBackend } from '@lockstep/math';
import { InlineTeam } from '@lockstep/worker';
import { describe, expect, it } from 'vitest';
import { benchConfig, gradientTime, productRate } from './measure.ts';

const config = benchConfig({ hidden: [16], batchSize: 24, leafRows: 8 });

describe('the measurements of lockstep bench', () => {
  it('time the same gradient on every backend', async () => {
    const { backend: wasm } = await createBackend('wasm');
    const figures = [];
    for (const backend of [referenceBackend, wasm]) {
      figures.push(await gradientTime(new InlineTeam(backend, config), config, backend, 1));
    }
    expect(figures[0]!.checksum).toMatch(/^[0-9a-f]{16}$/);
    expect(figures[1]!.checksum).toBe(figures[0]!.checksum);
    for (const { millis } of figures) expect(millis).toBeGreaterThan(0);
  });

  it('rate a product by its operations', async () => {
    const { backend } = await createBackend('wasm');
    const startedAt = performance.now();
    const rate = await productRate(backend, 1);
    const seconds = (performance.now() - startedAt) / 1000;
    // Four products or more were taken, none of which was faster than all together allow.
    expect(rate).toBeGreaterThan((2 * 512 ** 3) / 1e9 / seconds);
  });
});
