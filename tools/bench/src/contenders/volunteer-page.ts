import type { BrowserName } from '@lockstep/browsers';
import type { Contender } from '../benchmark-case.ts';
import { startCoordinator } from './coordinator-process.ts';
import { inBrowser } from './open-browser.ts';

const WATCHED_MILLIS = 10_000;

/** The durations of the page's tasks that took longer than 50 ms (W3C, Long Tasks API), over `WATCHED_MILLIS`. */
const longTasks = `new Promise((resolve) => {
  const durations = [];
  const observer = new PerformanceObserver((list) => durations.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: 'longtask' });
  setTimeout(() => resolve(durations), ${WATCHED_MILLIS});
})`;

/**
 * How often the page of a volunteer whose threads compute is too busy to answer a person.
 * @param args of `lockstep coordinator`
 */
export const volunteerPage = (name: string, browserName: BrowserName, args: readonly string[]): Contender =>
  inBrowser(name, browserName, async (browser, folder) => {
    const coordinator = await startCoordinator(folder, args);
    try {
      const tab = await browser.open(coordinator.volunteerUrl);
      await tab.until(`document.getElementById('start')?.disabled === false`);
      await tab.click('#start');
      await tab.until(`document.getElementById('share')?.innerText.includes('of the run')`);
      const durations = (await tab.evaluate(longTasks)) as number[];
      await tab.close();
      return { value: durations.length, extra: { 'longest, ms': Math.max(0, ...durations) } };
    } finally {
      coordinator.kill();
    }
  });
