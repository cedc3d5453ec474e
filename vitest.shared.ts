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
    pool: 'forks',
    maxWorkers: 2,
  },
});
