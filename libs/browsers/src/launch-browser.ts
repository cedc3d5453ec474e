import type { Browser, BrowserName } from './browser.ts';
import { launchChromium } from './chromium.ts';
import { launchFirefox } from './firefox.ts';
import { launchWebkit } from './webkit.ts';

const launchers: Readonly<Record<BrowserName, () => Promise<Browser>>> = {
  chromium: launchChromium,
  firefox: launchFirefox,
  webkit: launchWebkit,
};

/**
 * Starts a browser of this machine, without a window: Debian's Chromium, Firefox and WebKitGTK's MiniBrowser, or the ones that
 * the environment names (CHROMIUM_PATH, FIREFOX_PATH, WEBKIT_PATH).
 * @throws {BrowserError} `not-installed`, `did-not-start`
 */
export const launchBrowser = (name: BrowserName): Promise<Browser> => launchers[name]();
