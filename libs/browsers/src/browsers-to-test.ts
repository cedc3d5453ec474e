import { browserNames, type BrowserName } from './browser.ts';

/**
 * The browsers that tests drive: Chromium, which everybody who tests Lockstep has, or those that LOCKSTEP_TEST_BROWSERS names,
 * separated by commas. @throws {Error} when it names another
 */
export const browsersToTest = (named = process.env['LOCKSTEP_TEST_BROWSERS'] ?? 'chromium'): BrowserName[] =>
  named.split(',').map((name) => {
    const browser = browserNames.find((known) => known === name);
    if (browser !== undefined) return browser;
    throw new Error(`LOCKSTEP_TEST_BROWSERS names "${name}"; it may name ${browserNames.join(', ')}`);
  });
