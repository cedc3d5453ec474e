import { join } from 'node:path';
import { describeWith } from '@lockstep/browsers/testing';
import { expect, it } from 'vitest';
import { openTab, type Tab } from './testing/browser.ts';
import { button, dashboardLink, text } from './testing/dashboard.ts';
import { choose, violations } from './testing/manners.ts';
import { coordinator, lockstep, temporaryFolder, trained } from './testing/processes.ts';

const pressed = (name: string): string => `${button(name)}.click()`;

/** The step that the bar shows. */
const stepShown = `Number(/step\\s+([\\d,]+)/i.exec(document.querySelector('.facts').innerText)[1].replaceAll(',', ''))`;

/**
 * Removes the first worker in the list once the page shows so many: one that is slow may still show a worker that has left, for which an
 * order is for nobody.
 */
async function removeOneOf(tab: Tab, workers: number): Promise<void> {
  const buttons = `document.querySelectorAll('.orders button:enabled')`;
  await tab.until(`${buttons}.length === ${workers}`);
  await tab.evaluate(`${buttons}[0].click()`);
}

describeWith(['chromium'], 'the dashboard', () => {
  it('invites, shows the run live, and how it ended, in a page without faults for people who cannot see it', async () => {
    const out = join(temporaryFolder(), 'run');
    const { running, url } = await coordinator(['--max-steps', '1500', '--out', out]);
    const tab = await openTab(await dashboardLink(running));
    await tab.until(`${text}.includes('Waiting for workers')`);
    expect(await violations(tab)).toEqual([]);
    expect(await tab.evaluate('location.hash')).toBe('');

    lockstep(['worker', url, '--name', '<img src=x onerror=alert(1)>']);
    await tab.until(`${text}.includes('training')`);
    await tab.until(`${text}.includes('of the test rows are right')`);
    await tab.until(`${text}.includes('<img src=x onerror=alert(1)> joined')`);
    for (const theme of ['light', 'dark']) {
      await tab.evaluate(choose(theme));
      expect(await violations(tab)).toEqual([]);
    }

    const { weightsSha256 } = await running.finished();
    await tab.until(`${text}.includes('${String(weightsSha256)}')`);
    expect(tab.problems).toEqual([]);
    const alone = await trained('--workers', '0', '--max-steps', '1500');
    expect(weightsSha256).toBe(alone['weightsSha256']);
  });

  it('lets the administrator pause the run, go on, cut a worker off, and stop', async () => {
    const out = join(temporaryFolder(), 'run');
    const { running, url } = await coordinator(['--epochs', '100', '--out', out]);
    const tab = await openTab(await dashboardLink(running));
    lockstep(['worker', url, '--name', 'steady']);
    await tab.until(`${text}.includes('training')`);
    await tab.evaluate(pressed('Pause'));
    await tab.until(`document.querySelector('.pill').innerText === 'paused'`);
    await tab.evaluate(pressed('Resume'));
    await tab.until(`document.querySelector('.pill').innerText === 'training'`);
    await tab.until(`document.querySelector('.workers .danger')?.disabled === false`);
    await tab.evaluate(pressed('Kill a worker'));
    await tab.until(`${text}.includes('steady left: cut off by the administrator')`);
    await running.line('worker-joined', ({ id }) => id === '2');
    await tab.evaluate(pressed('Stop the run'));
    await running.exit;
    await tab.until(`${text}.includes('Stopped at step')`);
    expect(tab.problems).toEqual([]);
  });

  it('removes one worker of a train and goes on with the other, and waits aloud when that is removed too', async () => {
    const out = join(temporaryFolder(), 'run');
    const args = ['--format', 'json', '--port', '0', '--workers', '2', '--epochs', '1000', '--out', out];
    const train = lockstep(['train', ...args]);
    await train.line('worker-joined', ({ workers }) => workers === 2);
    const tab = await openTab(await dashboardLink(train));
    const removed = (count: number): Promise<true | undefined> =>
      train.until(({ lines, stderr }) => {
        const left = lines.filter(({ reason }) => reason === 'removed by the administrator').length;
        const told = stderr.match(/worker-\d was removed and is not started again/g)?.length;
        return left === count && told === count ? true : undefined;
      });
    await removeOneOf(tab, 2);
    await removed(1);
    const stepThen = Number(await tab.evaluate(stepShown));
    await tab.until(`${stepShown} > ${stepThen + 20}`);
    await removeOneOf(tab, 1);
    await removed(2);
    await tab.until(`${text}.includes('Waiting: nobody is computing')`);
    expect(train.stderr).toMatch(
      /it was the last one here: .* "node bin\/lockstep\.mjs worker ws:\/\/127\.0\.0\.1:\d+" adds/,
    );
    lockstep(['worker', /lockstep\.mjs worker (ws:[^"]+)"/.exec(train.stderr)![1]!]);
    await tab.until(`document.querySelector('.pill').innerText === 'training'`);
    train.child.kill('SIGTERM');
    expect(await train.exit).toBe(143);
  });

  it('shows the whole history after the coordinator was killed and started again, and later from the folder', async () => {
    const out = join(temporaryFolder(), 'run');
    const args = ['--max-steps', '1500', '--checkpoint-every', '250', '--out', out];
    const first = await coordinator(args);
    const steady = lockstep(['worker', first.url, '--name', 'steady']);
    await first.running.line('checkpoint', ({ step }) => Number(step) >= 500);
    steady.child.kill('SIGKILL');
    first.running.child.kill('SIGKILL');
    await first.running.exit;

    const second = await coordinator([...args, '--resume', 'auto']);
    const tab = await openTab(await dashboardLink(second.running));
    await tab.until(`${text}.includes('Waiting: nobody is computing')`);
    await tab.until(`${text}.includes('steady joined')`);
    await tab.until(`${text}.includes('The coordinator was started again, at step')`);
    lockstep(['worker', second.url, '--name', 'steady']);
    const { weightsSha256 } = await second.running.finished();

    const later = lockstep(['dashboard', out, '--port', '0']);
    const link = await later.until(({ stderr }) => /as it was.*\n {2}(http:\S+)\n/.exec(stderr)?.[1]);
    const old = await openTab(link);
    await old.until(`${text}.includes('${String(weightsSha256)}')`);
    await old.until(`${text}.includes('The coordinator was started again, at step')`);
    await old.evaluate(`document.querySelector('.think').scrollIntoView()`);
    await old.until(`document.querySelectorAll('.samples .sample:not(.blank)').length > 1`);
    expect(await violations(old)).toEqual([]);
    later.child.kill('SIGINT');
    expect(await later.exit).toBe(0);
  });

  it('says what to do about a folder that holds no run', async () => {
    const nothing = lockstep(['dashboard', join(temporaryFolder(), 'none')]);
    expect(await nothing.exit).toBe(2);
    expect(nothing.stderr).toContain('is not there: give the folder of a run');
    const file = lockstep(['dashboard', join(import.meta.dirname, 'dashboard.test.ts')]);
    expect(await file.exit).toBe(2);
    expect(file.stderr).toContain(`is no folder: give the one of its run, ${import.meta.dirname}`);
  });
});
