import { browserNames, type BrowserName } from './browser.ts';
import { describeBrowser } from './testing/describe-browser.ts';

/** Chromium, which everybody who tests Lockstep has, or those named in LOCKSTEP_TEST_BROWSERS, separated by commas. */
const named = (process.env['LOCKSTEP_TEST_BROWSERS'] ?? 'chromium').split(',');
const isBrowser = (name: string): name is BrowserName => (browserNames as readonly string[]).includes(name);

for (const name of named) {
  if (!isBrowser(name))
    throw new Error(`LOCKSTEP_TEST_BROWSERS names ${name}, not ${browserNames.join(', ')}`);
  describeBrowser(name, { tellsProblems: name !== 'webkit' });
}
