import { defineConfig } from 'vitest/config';

/** What every room's tests share: silence on success, results as JSON for the summary of `npm test`. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts'],
    reporters: ['default', ['json', { outputFile: 'test-results.json' }]],
    onConsoleLog: (log, type) => {
      throw new Error(`a test printed to ${type}: ${log}`);
    },
    passWithNoTests: true,
    // Several packages are tested at once, on few cores: what takes half a second alone may take ten times as long.
    testTimeout: 30_000,
    expect: { poll: { timeout: 15_000 } },
    pool: 'forks',
    // What the files of a package import is loaded once. Where tests change what others see, the package says so.
    isolate: false,
    maxWorkers: 2,
  },
});
