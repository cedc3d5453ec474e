import type { Running } from './processes.ts';

/** The administrator's link that a coordinator prints. */
export const dashboardLink = (running: Running): Promise<string> =>
  running.until(({ stderr }) => /administrator\):\n {2}(http:\S+)\n/.exec(stderr)?.[1]);

/** Expressions for the page: all that it shows, the state of the run, and a button by its words. */
export const text = 'document.body.innerText';
export const pill = `document.querySelector('.pill')?.innerText`;
export const button = (name: string): string =>
  `[...document.querySelectorAll('button')].find((each) => each.innerText.trim() === '${name}')`;
