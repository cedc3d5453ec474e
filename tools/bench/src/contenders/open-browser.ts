import { launchBrowser, missingProgram, type Browser, type BrowserName } from '@lockstep/browsers';
import { BenchError } from '../bench-error.ts';
import type { Contender, Measurement } from '../benchmark-case.ts';
import { inTemporaryFolder } from './train-process.ts';

/** @throws {BenchError} `unavailable` where the browser is not installed */
export async function openBrowser(name: BrowserName): Promise<Browser> {
  const missing = missingProgram(name);
  if (missing !== undefined) throw new BenchError('unavailable', `${missing} is not installed`);
  return launchBrowser(name);
}

/** What is measured in a browser, with a folder for each time. */
export const inBrowser = (
  name: string,
  browserName: BrowserName,
  measure: (browser: Browser, folder: string) => Promise<Measurement>,
): Contender => ({
  name,
  open: async () => {
    const browser = await openBrowser(browserName);
    return {
      detail: browser.version,
      measure: () => inTemporaryFolder((folder) => measure(browser, folder)),
    };
  },
});
