import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.ts';

// Real processes, on few cores, that wait for most of their time: two files at once, and room for a slow machine.
export default mergeConfig(shared, {
  test: { testTimeout: 300_000, hookTimeout: 60_000, isolate: true },
});
