import { join } from 'node:path';
import { describeWith } from '@lockstep/browsers/testing';
import { expect, it } from 'vitest';
import { openTab } from './testing/browser.ts';
import { choose, violations } from './testing/manners.ts';
import { coordinator, lockstep, temporaryFolder, trained, type Running } from './testing/processes.ts';

/** The administrator's link that a coordinator prints. */
const dashboardLink = (running: Running): Promise<string> =>
  running.until(({ stderr }) => /administrator\):\n {2}(http:\S+)\n/.exec(stderr)?.[1]);

const text = 'document.body.innerText';

const pressed = (name: string): string =>
  `[...document.querySelectorAll('button')].find((button) => button.innerText.trim() === '${name}').click()`;

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
    expect(nothing.stderr).toContain('is not there: give the folder of a run with workers');
  });
});
