import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTab, type Tab } from './testing/browser.ts';
import { button, dashboardLink, pill, text } from './testing/dashboard.ts';
import { violations } from './testing/manners.ts';
import { coordinator, lockstep, temporaryFolder, type Running } from './testing/processes.ts';
import { faults, linkOf } from './testing/volunteers.ts';

/** Enough that a run ends when the test does. */
const ENDLESS = ['--epochs', '1000', '--checkpoint-every', '200'];

async function killed({ child, exit }: Running): Promise<void> {
  child.kill('SIGKILL');
  await exit;
}

/** Whether the orders of the dashboard can be pressed. */
const orders = (tab: Tab): Promise<unknown> =>
  tab.evaluate(
    `['Pause', 'Checkpoint', 'Stop', 'Kill a worker', 'Remove'].map((name) =>
      [...document.querySelectorAll('button')].find((each) => each.innerText.trim() === name)?.disabled)`,
  );

describe('a page whose coordinator is gone', () => {
  it('says so, keeps its hands still, and goes on with the next start, whose token is the same', async () => {
    const out = join(temporaryFolder(), 'run');
    const first = await coordinator([...ENDLESS, '--out', out]);
    const tab = await openTab(await dashboardLink(first.running));
    lockstep(['worker', first.url, '--name', 'steady']);
    await first.running.line('checkpoint');
    await tab.until(`${pill} === 'training' && ${button('Kill a worker')}?.disabled === false`);
    await killed(first.running);
    await tab.until(`${text}.includes('no order reaches it') && ${pill} === 'connection lost'`);
    expect(await orders(tab)).toEqual([true, true, true, true, true]);
    await tab.evaluate(`document.querySelector('.think').scrollIntoView()`);
    await tab.until(`${text}.includes('The coordinator is gone') && ${text}.includes('dashboard ${out}')`);
    expect(await tab.evaluate(`${text}.includes('cannot compute here')`)).toBe(false);
    expect(await violations(tab)).toEqual([]);

    const second = await coordinator([...ENDLESS, '--out', out, '--resume', 'auto']);
    expect(second.url).toBe(first.url);
    expect(await dashboardLink(second.running)).toBe(await dashboardLink(first.running));
    await second.running.line('worker-joined', ({ worker }) => worker === 'steady');
    await tab.until(`${pill} === 'training' && ${button('Pause')}.disabled === false`, 60_000);
    await tab.until(`document.querySelectorAll('.samples .sample:not(.blank)').length > 1`);
    await tab.evaluate(`${button('Pause')}.click()`);
    await tab.until(`${pill} === 'paused'`);
    // Its program was asked for while nobody could answer.
    expect(faults(tab).filter((fault) => !fault.includes('/assets/think-'))).toEqual([]);
  });

  it('says that it is not let in any more, on loopback too, and takes the new link', async () => {
    const out = join(temporaryFolder(), 'run');
    const first = await coordinator([...ENDLESS, '--out', out]);
    const tab = await openTab(await dashboardLink(first.running));
    lockstep(['worker', first.url, '--name', 'steady']);
    await first.running.line('checkpoint');
    await tab.until(`${pill} === 'training'`);
    await killed(first.running);
    const second = await coordinator([...ENDLESS, '--out', out, '--resume', 'auto', '--new-token']);
    await tab.until(`${pill} === 'not let in' && ${text}.includes('open the link that it printed')`, 60_000);
    expect(await orders(tab)).toEqual([true, true, true, true, true]);
    expect(await violations(tab)).toEqual([]);
    const link = await dashboardLink(second.running);
    await tab.evaluate(`void (location.hash = ${JSON.stringify(new URL(link).hash)})`);
    await tab.until(`${pill} === 'training'`);
    expect(await tab.evaluate('location.hash')).toBe('');
    expect(await orders(tab)).toEqual([false, false, false, false, false]);
  });

  it("comes back as a volunteer with the run's token, and is told when that was changed", async () => {
    const out = join(temporaryFolder(), 'run');
    const args = [...ENDLESS, '--host', '0.0.0.0', '--out', out];
    const first = await coordinator(args);
    const link = await linkOf(first.running);
    const tab = await openTab(link);
    await tab.press('start');
    await tab.shows('state', 'Computing.');
    await first.running.line('checkpoint');
    await killed(first.running);
    await tab.shows('state', 'No coordinator answers.');
    const second = await coordinator([...args, '--resume', 'auto']);
    expect(await linkOf(second.running)).toBe(link);
    await second.running.line('worker-joined');
    await tab.shows('state', 'Computing.');
    await killed(second.running);
    const third = await coordinator([...args, '--resume', 'auto', '--new-token']);
    expect(await linkOf(third.running)).not.toBe(link);
    await tab.shows('state', 'the run has another token now');
  });
});

describe('two tabs of one browser', () => {
  it('have names of their own: by the browser, and where it cannot tell them apart by the coordinator', async () => {
    const { running } = await coordinator([...ENDLESS, '--out', join(temporaryFolder(), 'run')]);
    const link = await linkOf(running);
    const tabs = [await openTab(link), await openTab(link), await openTab(link)];
    const [first, second, third] = tabs;
    // What the tests open has a profile of its own each: what one browser's tabs share is given to them.
    const key = String(await first!.evaluate(`localStorage.getItem('lockstep-key')`));
    for (const tab of [second!, third!]) {
      await tab.evaluate(`localStorage.setItem('lockstep-key', '${key}')`);
      await tab.goto(link);
    }
    await third!.evaluate(
      `void navigator.locks.request('lockstep-seat-1', () => new Promise(() => undefined))`,
    );
    for (const tab of tabs) {
      await tab.press('start');
      await tab.shows('state', /Computing\.|Standing by/);
    }
    const name = await first!.evaluate(`document.getElementById('name').value`);
    const joined = running.lines.filter(({ type }) => type === 'worker-joined').map(({ worker }) => worker);
    // The second is told apart by the coordinator; the third says the same name as that, and is too.
    expect(joined).toEqual([name, `${String(name)} (2)`, `${String(name)} (2) (2)`]);
  });
});
