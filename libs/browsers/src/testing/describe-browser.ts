import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Browser, BrowserName, Tab } from '../browser.ts';
import { launchBrowser } from '../launch-browser.ts';
import { freePort } from '../free-port.ts';
import { serveSite, type Page, type Site } from '../site.ts';
import { describeWith } from './describe-with.ts';

const QUIET = `<!doctype html><link rel="icon" href="data:," /><title>quiet</title>
<button id="press" style="margin-top: 3000px" onclick="document.title = 'pressed'">Press</button>`;
/** @param nowhere an address where nobody listens */
const loud = (nowhere: string): string => `<!doctype html><link rel="icon" href="data:," /><script>
console.log('words'); setTimeout(() => { throw new Error('a fault'); });
fetch('${nowhere}').catch(() => { document.title = 'over'; });
</script>`;

/** Its policy forbids `eval`, as that of Lockstep's own pages does. */
const pageOf = (body: string): Page => ({
  body,
  headers: {
    'content-type': 'text/html',
    'content-security-policy': "default-src 'self' 'unsafe-inline'; img-src data:; connect-src *",
  },
});

/** What every browser must do. `tellsProblems`: whether its driver tells what goes wrong in a page. */
export function describeBrowser(name: BrowserName, { tellsProblems }: { tellsProblems: boolean }): void {
  describeWith([name], `${name}, driven`, () => {
    let browser: Browser;
    let site: Site;
    let nowhere = '';
    const tabs: Tab[] = [];
    const open = async (page: string): Promise<Tab> => {
      const tab = await browser.open(`${site.address}${page}`);
      tabs.push(tab);
      return tab;
    };
    beforeAll(async () => {
      nowhere = `http://127.0.0.1:${await freePort()}/`;
      site = await serveSite(
        new Map([
          ['/quiet', pageOf(QUIET)],
          ['/loud', pageOf(loud(nowhere))],
          ['/other', pageOf('<title>other</title>')],
        ]),
      );
      browser = await launchBrowser(name);
    });
    afterEach(async () => {
      // Twice: a test may have closed its tab already.
      for (const tab of [...tabs, ...tabs]) await tab.close();
      tabs.length = 0;
    });
    afterAll(async () => {
      await browser.close();
      await site.close();
    });

    it('says its name and version', () => {
      expect(browser.name).toBe(name);
      expect(browser.version).toMatch(/^\d+(?:\.\d+)+$/);
    });

    it('evaluates an expression in the page, and awaits a promise', async () => {
      const tab = await open('/quiet');
      expect(await tab.evaluate('document.title')).toBe('quiet');
      expect(await tab.evaluate('Promise.resolve({ a: [1, null, "é"] })')).toEqual({ a: [1, null, 'é'] });
      expect(await tab.evaluate('undefined')).toBeNull();
      expect(tab.problems).toEqual([]);
    });

    it('gives a page the size that it is told, where its driver can', async () => {
      const tab = await open('/quiet');
      await tab.resize({ width: 390, height: 640 });
      const isAsTold = JSON.stringify(await tab.evaluate('[innerWidth, innerHeight]')) === '[390,640]';
      expect(isAsTold).toBe(name !== 'webkit');
    });

    it('says what a script threw, or a promise was rejected with', async () => {
      const tab = await open('/quiet');
      for (const expression of ['nothingOfTheKind()', 'Promise.reject(new Error("nothingOfTheKind"))']) {
        await expect(tab.evaluate(expression)).rejects.toMatchObject({
          code: 'script-failed',
          message: expect.stringContaining('nothingOfTheKind'),
        });
      }
    });

    it('waits for an expression to become true, but not for ever', async () => {
      const tab = await open('/quiet');
      await tab.evaluate('void setTimeout(() => { document.title = "later"; }, 100)');
      expect(await tab.until('document.title === "later" && 7')).toBe(7);
      await expect(tab.until('document.title === "never"', 1)).rejects.toMatchObject({
        code: 'timed-out',
        message: expect.stringContaining('is still false'),
      });
    });

    it('presses an element that must be scrolled to, and says so when there is none', async () => {
      const tab = await open('/quiet');
      await tab.click('#press');
      expect(await tab.until('document.title === "pressed"')).toBe(true);
      await expect(tab.click('#nothing')).rejects.toMatchObject({ code: 'script-failed' });
    });

    it('goes to another page, and says when there is none', async () => {
      const tab = await open('/quiet');
      await tab.goto(`${site.address}/other`);
      expect(await tab.evaluate('document.title')).toBe('other');
      await expect(tab.goto(nowhere)).rejects.toMatchObject({ code: 'no-such-page' });
    });

    it('keeps its tabs apart', async () => {
      const [one, other] = [await open('/quiet'), await open('/other')];
      const titles = Array.from({ length: 4 }, () => [one, other]).flat();
      expect(await Promise.all(titles.map((tab) => tab.evaluate('document.title')))).toEqual([
        'quiet',
        'other',
        'quiet',
        'other',
        'quiet',
        'other',
        'quiet',
        'other',
      ]);
    });

    it('takes a picture as a PNG file', async () => {
      const tab = await open('/quiet');
      const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
      expect([...(await tab.screenshot()).slice(0, 8)]).toEqual(signature);
    });

    it('tells what goes wrong in a page, where its driver does', async () => {
      const tab = await open('/loud');
      await tab.until('document.title === "over"');
      const kinds = ['console log: words', 'page error: ', `failed: ${nowhere}`, `elsewhere: ${nowhere}`];
      const told = kinds.filter((kind) => tab.problems.some((problem) => problem.startsWith(kind)));
      expect(told).toEqual(tellsProblems ? kinds : []);
    });

    it('ends when it is closed, twice over, and leaves whoever waits an error', async () => {
      const other = await launchBrowser(name);
      const tab = await other.open(`${site.address}/quiet`);
      const waiting = expect(tab.until('false')).rejects.toThrow();
      await other.close();
      await waiting;
      await other.close();
    });
  });
}
