/**
 * Real browsers of this machine, driven through one interface: Chromium by Playwright, Firefox over WebDriver BiDi, WebKitGTK over W3C
 * WebDriver, each without a window and with a fresh profile; and sites to serve them pages. For tests and tools alone: nothing that a
 * user runs imports it.
 *
 * `launchBrowser` starts one, or says what is missing and how to get it (`BrowserError`, `remedyFor`); where no Chromium is there,
 * `fetchChromium` gets one from the npm registry into a cache of its own. A `Tab` collects what must not happen in a page, errors and
 * failed requests, where the browser tells of it (WebKit's does not). `./testing` has the suite that every browser passes, and
 * `describeWith`, which skips aloud what needs a browser that is not there.
 *
 * It knows nothing of Lockstep: no page, no message, no run.
 */

export { browserNames, type Browser, type BrowserName, type Tab } from './browser.ts';
export { BrowserError, type BrowserErrorCode } from './browser-error.ts';
export { browsersToTest } from './browsers-to-test.ts';
export { cacheFolder } from './cache-folder.ts';
export { launchBrowser } from './launch-browser.ts';
export { browserPackages, missingProgram, remedyFor } from './programs.ts';
export { fetchChromium } from './registry-chromium.ts';
export { serveSite, type Page, type Site } from './site.ts';
export { INSECURE_HOST } from './chromium.ts';
