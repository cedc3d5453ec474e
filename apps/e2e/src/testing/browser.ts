import { launchBrowser, type Browser, type BrowserName, type Tab as BrowserTab } from '@lockstep/browsers';
import { afterAll, afterEach } from 'vitest';

/** A browser tab, with what a person sees and presses in it. */
export interface Tab extends BrowserTab {
  /** The text of the page's element with that id. */
  text(id: string): Promise<string>;
  /** Resolves once the text of the page's element with that id contains or matches `text`. */
  shows(id: string, text: string | RegExp): Promise<void>;
  /** Presses the button with that id, once it may be pressed. */
  press(id: string): Promise<void>;
}

const browsers = new Map<BrowserName, Promise<Browser>>();
const tabs: Tab[] = [];

/** Opens `url` in a tab of that browser, which is closed after the test. */
export async function openTab(url: string, name: BrowserName = 'chromium'): Promise<Tab> {
  const browser = browsers.get(name) ?? launchBrowser(name);
  browsers.set(name, browser);
  const tab = withElements(await (await browser).open(url));
  tabs.push(tab);
  return tab;
}

function withElements(tab: BrowserTab): Tab {
  const element = (id: string): string => `document.getElementById(${JSON.stringify(id)})`;
  return {
    ...tab,
    text: async (id) => String(await tab.evaluate(`${element(id)}.innerText`)),
    shows: async (id, text) => {
      const seen = `${element(id)}?.innerText ?? ''`;
      await tab.until(
        typeof text === 'string' ? `(${seen}).includes(${JSON.stringify(text)})` : `${text}.test(${seen})`,
      );
    },
    press: async (id) => {
      await tab.until(`${element(id)}?.disabled === false`);
      await tab.click(`#${id}`);
    },
  };
}

afterEach(async () => {
  await Promise.all(tabs.splice(0).map((tab) => tab.close()));
});

afterAll(async () => {
  for (const browser of browsers.values()) await (await browser).close();
  browsers.clear();
});
