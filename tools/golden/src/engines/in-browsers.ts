import {
  browserNames,
  browserPackages,
  launchBrowser,
  missingProgram,
  type Browser,
  type BrowserName,
} from '@lockstep/browsers';
import type { Bundles } from '../bundles.ts';
import { installLine } from '../debian-packages.ts';
import type { Engine, ThreadFindings } from '../engine.ts';
import { GoldenError } from '../golden-error.ts';
import { kindsOfPage, serveWorkload } from '../workload-site.ts';
import type { Finding } from '../workload/findings.ts';

const TIMEOUT_MS = 120_000;

/** What people call a browser, and the JavaScript engine in it. */
const names: Readonly<Record<BrowserName, readonly [string, string]>> = {
  chromium: ['Chromium', 'V8'],
  firefox: ['Firefox', 'SpiderMonkey'],
  webkit: ['WebKitGTK', 'JavaScriptCore'],
};

/** The engines that load the workload as a page: on its own thread and in a Web Worker, plain and isolated. */
export const browserEngines = (bundles: () => Bundles): Engine[] =>
  browserNames.map((name) => ({
    name,
    title: (version) => {
      const [browser, engine] = names[name];
      return `${[browser, version].filter(Boolean).join(' ')} (${engine})`;
    },
    isInCi: true,
    debianPackages: browserPackages[name],
    missing: () => {
      const program = missingProgram(name);
      return program && `no ${program}: ${installLine(browserPackages[name])}`;
    },
    run: async () => {
      const browser = await launchBrowser(name);
      try {
        return { version: browser.version, threads: await threadsOf(browser, bundles().folder) };
      } catch (cause) {
        throw new GoldenError('engine-failed', cause instanceof Error ? cause.message : String(cause), {
          cause,
        });
      } finally {
        await browser.close();
      }
    },
  }));

async function threadsOf(browser: Browser, folder: string): Promise<ThreadFindings[]> {
  const site = await serveWorkload(folder);
  try {
    const threads: ThreadFindings[] = [];
    for (const kind of kindsOfPage) threads.push(...(await threadsAt(browser, site.address + kind)));
    return threads;
  } finally {
    await site.close();
  }
}

async function threadsAt(browser: Browser, address: string): Promise<ThreadFindings[]> {
  const tab = await browser.open(address);
  const found = await tab.until('globalThis.goldenFindings', TIMEOUT_MS);
  await tab.close();
  return Object.entries(found as Record<string, Finding[]>).map(([thread, findings]) => ({
    thread,
    findings,
  }));
}
