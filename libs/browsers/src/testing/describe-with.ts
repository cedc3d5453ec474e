import { describe } from 'vitest';
import type { BrowserName } from '../browser.ts';
import { missingProgram, remedyFor } from '../programs.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Why a test that found out on its way that it cannot run was skipped, and what to do; the closing lines repeat it. */
    skipped?: string;
  }
}

/** Whether no test may be skipped for want of a browser, or of what one can do. */
export const areBrowsersRequired = (): boolean => process.env['LOCKSTEP_TEST_REQUIRE_BROWSERS'] === '1';

/**
 * `describe` for tests that drive these browsers. Where one is missing they are skipped, and their title says why and what to do, which
 * the closing lines of `npm test` repeat; with LOCKSTEP_TEST_REQUIRE_BROWSERS=1 they run, and fail, all the same.
 */
export function describeWith(browsers: readonly BrowserName[], title: string, body: () => void): void {
  const missing = browsers.find((name) => missingProgram(name) !== undefined);
  if (missing === undefined || areBrowsersRequired()) describe(title, body);
  else describe.skipIf(true)(`${title} [skipped: no ${missing} is here: ${remedyFor(missing)}]`, body);
}
