import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.ts';

// Real processes on few cores: one file at a time, and room for a slow machine.
export default mergeConfig(shared, {
  test: { fileParallelism: false, testTimeout: 300_000, hookTimeout: 60_000, isolate: true },
});
