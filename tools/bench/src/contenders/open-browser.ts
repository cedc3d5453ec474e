import { launchBrowser, missingProgram, type Browser, type BrowserName } from '@lockstep/browsers';
import { BenchError } from '../bench-error.ts';

/** @throws {BenchError} `unavailable` where the browser is not installed */
export async function openBrowser(name: BrowserName): Promise<Browser> {
  const missing = missingProgram(name);
  if (missing !== undefined) throw new BenchError('unavailable', `${missing} is not installed`);
  return launchBrowser(name);
}
