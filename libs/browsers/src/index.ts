export { browserNames, type Browser, type BrowserName, type Tab } from './browser.ts';
export { BrowserError, type BrowserErrorCode } from './browser-error.ts';
export { browsersToTest } from './browsers-to-test.ts';
export { cacheFolder } from './cache-folder.ts';
export { launchBrowser } from './launch-browser.ts';
export { browserPackages, missingProgram, remedyFor } from './programs.ts';
export { fetchChromium } from './registry-chromium.ts';
export { serveSite, type Page, type Site } from './site.ts';
export { INSECURE_HOST } from './chromium.ts';
