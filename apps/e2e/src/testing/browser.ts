import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach } from 'vitest';

const FLAGS = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** A browser tab, and what must not have happened in it. */
export interface Tab {
  readonly page: Page;
  /** Errors of the page and on its console, failed requests, requests to any other host. */
  readonly problems: readonly string[];
  /** The text of the page's element with that id. */
  text(id: string): Promise<string>;
  /** Resolves once the text of the page's element with that id matches. */
  shows(id: string, text: string | RegExp): Promise<void>;
}

let browser: Promise<Browser> | undefined;
const tabs: Page[] = [];

/** Opens `url` in a tab of Chromium, which is closed after the test. */
export async function openTab(url: string): Promise<Tab> {
  browser ??= chromium.launch({ executablePath: chromiumPath(), args: FLAGS });
  const page = await (await browser).newPage();
  tabs.push(page);
  const problems: string[] = [];
  const { host } = new URL(url);
  page.on('pageerror', (error) => problems.push(`page error: ${error.message}`));
  page.on('console', (message) => problems.push(`console ${message.type()}: ${message.text()}`));
  page.on('requestfailed', (request) => problems.push(`failed: ${request.url()}`));
  page.on('request', (request) => {
    if (new URL(request.url()).host !== host) problems.push(`elsewhere: ${request.url()}`);
  });
  await page.goto(url);
  const element = (id: string): ReturnType<Page['locator']> => page.locator(`#${id}`);
  return {
    page,
    problems,
    text: (id) => element(id).innerText(),
    shows: (id, text) => element(id).filter({ hasText: text }).waitFor(),
  };
}

/** @throws when there is none: a test that needs a browser fails without one */
function chromiumPath(): string {
  const path = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
  if (existsSync(path)) return path;
  throw new Error(
    `there is no Chromium at ${path}: install it (Debian: apt-get install chromium), or set CHROMIUM_PATH to one`,
  );
}

afterEach(async () => {
  await Promise.all(tabs.splice(0).map((page) => page.close()));
});

afterAll(async () => {
  await (await browser)?.close();
  browser = undefined;
});
