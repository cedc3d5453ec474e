import { join } from 'node:path';
import { INSECURE_HOST } from '@lockstep/browsers';
import { describeWith } from '@lockstep/browsers/testing';
import { expect, it } from 'vitest';
import { openTab, type Tab } from './testing/browser.ts';
import { dashboardLink } from './testing/dashboard.ts';
import { coordinator, temporaryFolder } from './testing/processes.ts';

const BUTTON = 'dialog[open] .copyable button';

/** The administrator's dashboard, its invitation open, by an address over http that is no secure origin. */
async function invitation(): Promise<Tab> {
  const out = join(temporaryFolder(), 'run');
  const { running } = await coordinator(['--max-steps', '100', '--out', out]);
  const link = await dashboardLink(running);
  const tab = await openTab(link.replace('127.0.0.1', INSECURE_HOST));
  expect(await tab.evaluate('[isSecureContext, navigator.clipboard === undefined]')).toEqual([false, true]);
  await tab.until(`document.querySelector('.primary') !== null`);
  await tab.evaluate(
    `void document.addEventListener('copy', (event) => (globalThis.copied = event.target.value ?? String(getSelection())))`,
  );
  await tab.click('.primary');
  await tab.until(`document.querySelector('dialog[open]') !== null`);
  return tab;
}

const shownText = `document.querySelector('dialog[open] .copyable code').innerText`;

describeWith(['chromium'], 'a button that copies, over http from another machine', () => {
  it('copies, in a dialog too, where all else is inert', async () => {
    const tab = await invitation();
    await tab.click(BUTTON);
    await tab.until(`document.querySelector('${BUTTON}').innerText === 'Copied'`);
    expect(await tab.evaluate('globalThis.copied')).toBe(await tab.evaluate(shownText));
    expect(await tab.evaluate(`document.querySelectorAll('textarea').length`)).toBe(0);
  });

  it('selects the text and says what to press where the browser allows no way', async () => {
    const tab = await invitation();
    await tab.evaluate('void (document.execCommand = () => false)');
    await tab.click(BUTTON);
    await tab.until(`document.querySelector('${BUTTON}').innerText === 'Press Ctrl+C'`);
    expect(await tab.evaluate('String(getSelection())')).toBe(await tab.evaluate(shownText));
  });
});
