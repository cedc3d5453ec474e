import axe from 'axe-core';
import type { Tab } from './browser.ts';

/** What axe finds wrong with the page in that tab, by rule and element. */
export async function violations(tab: Tab): Promise<unknown> {
  await tab.evaluate(`${axe.source}; undefined`);
  return tab.evaluate(
    `axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))`,
  );
}

/** An expression that chooses a theme as a person does. */
export const choose = (theme: string): string =>
  `(() => { const select = document.querySelector('.theme select, #theme'); select.value = '${theme}';
     select.dispatchEvent(new Event('change', { bubbles: true })); })()`;
