import type { BrowserName, Tab } from '@lockstep/browsers';
import type { Contender } from '../benchmark-case.ts';
import type { BrowserAnswer } from '../browser/answer.ts';
import { servePage } from '../browser/serve-page.ts';
import { openBrowser } from './open-browser.ts';
import type { TrainingWork } from './training-work.ts';

/** Forward, backward and SGD in a Web Worker of a browser, as `lockstepStep` does it in Node. */
export const browserStep = (
  name: string,
  browserName: BrowserName,
  work: TrainingWork,
  leafRows: number,
): Contender => ({
  name,
  open: async () => {
    const browser = await openBrowser(browserName);
    const tab = await browser.open(`${(await servePage()).address}/`);
    await tab.until('globalThis.answer !== undefined');
    await tab.evaluate(`ask(${JSON.stringify({ work, leafRows })})`);
    const { value, detail } = await answerIn(tab);
    await answerIn(tab); // that it is warm
    return {
      result: value,
      detail: `${browser.version}, ${detail}`,
      measure: async () => {
        await tab.evaluate(`ask('measure')`);
        return answerIn(tab);
      },
    };
  },
});

const answerIn = async (tab: Tab): Promise<BrowserAnswer> =>
  (await tab.evaluate('globalThis.answer()')) as BrowserAnswer;
