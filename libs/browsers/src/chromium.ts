import { chromium, type Page } from 'playwright-core';
import type { Browser, Tab } from './browser.ts';
import { BrowserError } from './browser-error.ts';
import { isElsewhere } from './elsewhere.ts';
import { pollUntil } from './poll.ts';
import { programPath } from './programs.ts';
import { registryChromium } from './registry-chromium.ts';

/** An address of nobody (RFC 5737) that leads this browser to its own machine: over http, an origin that is not secure. */
export const INSECURE_HOST = '203.0.113.7';

const FLAGS = [
  `--host-resolver-rules=MAP ${INSECURE_HOST} 127.0.0.1`,
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  // Tests serve https with certificates that nobody signed.
  '--ignore-certificate-errors',
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** How long a press may take, on a machine with much else to do: an element that is not there is told at once. */
const CLICK_TIMEOUT_MS = 30_000;

/** Chromium, driven by Playwright. @throws {BrowserError} `not-installed`, `did-not-start` */
export async function launchChromium(): Promise<Browser> {
  const executablePath = programPath('chromium', 'chromium');
  const fetched = registryChromium();
  const env = fetched?.executable === executablePath ? { env: { ...process.env, ...fetched.env } } : {};
  const browser = await chromium.launch({ executablePath, args: FLAGS, ...env }).catch((cause: unknown) => {
    throw new BrowserError('did-not-start', `${executablePath} did not start: ${textOf(cause)}`, { cause });
  });
  return {
    name: 'chromium',
    version: browser.version(),
    open: async (url) => {
      const page = await browser.newPage();
      const problems = watch(page, new URL(url).host);
      await goto(page, url);
      return tabOf(page, problems);
    },
    close: () => browser.close(),
  };
}

/** The list that the page's problems go to. */
function watch(page: Page, host: string): readonly string[] {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
  page.on('console', (message) => problems.push(`console ${message.type()}: ${message.text()}`));
  page.on('requestfailed', (request) => problems.push(`failed: ${request.url()}`));
  page.on('request', (request) => {
    if (isElsewhere(request.url(), host)) problems.push(`elsewhere: ${request.url()}`);
  });
  return problems;
}

function tabOf(page: Page, problems: readonly string[]): Tab {
  const evaluate = async (expression: string): Promise<unknown> =>
    (await page.evaluate(expression).catch(failedScript)) ?? null;
  return {
    problems,
    evaluate,
    until: (expression, timeoutMs) => pollUntil(evaluate, expression, timeoutMs),
    click: async (selector) => {
      const element = await page.$(selector).catch(failedScript);
      if (element === null) throw new BrowserError('script-failed', `there is no ${selector} in the page`);
      await element.click({ timeout: CLICK_TIMEOUT_MS }).catch(failedScript);
    },
    goto: (url) => goto(page, url),
    resize: (size) => page.setViewportSize(size),
    screenshot: () => page.screenshot(),
    close: () => page.close(),
  };
}

async function goto(page: Page, url: string): Promise<void> {
  await page.goto(url).catch((cause: unknown) => {
    throw new BrowserError('no-such-page', textOf(cause), { cause });
  });
}

const failedScript = (cause: unknown): never => {
  throw new BrowserError('script-failed', textOf(cause), { cause });
};

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
