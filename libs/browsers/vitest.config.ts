import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.ts';

// Real browsers on few cores: one file at a time, and room for a slow machine.
export default mergeConfig(shared, {
  test: { fileParallelism: false, testTimeout: 150_000, hookTimeout: 60_000, isolate: true },
});
