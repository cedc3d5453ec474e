import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWith } from '@lockstep/browsers/testing';
import { expect, it } from 'vitest';
import { openTab, type Tab } from './testing/browser.ts';
import { button, dashboardLink, pill, text } from './testing/dashboard.ts';
import { violations } from './testing/manners.ts';
import { coordinator, lockstep, temporaryFolder } from './testing/processes.ts';
import { linkOf } from './testing/volunteers.ts';

describeWith(['chromium'], 'the dashboard', () => {
  it('takes a link that is pasted while it is connected, and gives the connection of before up', async () => {
    const { running, url } = await coordinator(['--out', join(temporaryFolder(), 'run')]);
    const link = new URL(await dashboardLink(running));
    const { hash } = link;
    link.hash = '';
    const tab = await openTab(link.href);
    await tab.until(`${text}.includes('Waiting for workers') && !${button('Pause')}`);
    const viewers = async (): Promise<string | undefined> => {
      const metrics = await (await fetch(new URL('/metrics', url.replace('ws', 'http')))).text();
      return /^lockstep_viewers(?:\{.*\})? (\d+)/m.exec(metrics)?.[1];
    };
    expect(await viewers()).toBe('1');
    await tab.evaluate(`void (location.hash = ${JSON.stringify(hash)})`);
    await tab.until(`${button('Pause')} !== undefined`);
    await expect.poll(viewers).toBe('1');
    await tab.evaluate(`void (location.hash = '#token=of-a-viewer')`);
    await tab.until(`${button('Pause')} === undefined`);
    await expect.poll(viewers).toBe('1');
    expect(tab.problems).toEqual([]);
  });

  it('says of a run that Ctrl-Z holds what lets it go on, and offers nothing that does not', async () => {
    const out = join(temporaryFolder(), 'run');
    const train = lockstep(['train', '--workers', '1', '--port', '0', '--epochs', '1000', '--out', out]);
    const tab = await openTab(await dashboardLink(train));
    await tab.until(`${pill} === 'training'`);
    train.child.kill('SIGTSTP');
    await tab.until(
      `${pill} === 'paused' && ${text}.includes('Stopped in its terminal\\n\\nfg there lets it go on.')`,
    );
    await tab.until(`${text}.includes('Stopped in its terminal: fg lets it go on')`);
    expect(await tab.evaluate(`${button('Resume')} === undefined`)).toBe(true);
    expect(await violations(tab)).toEqual([]);

    await tab.evaluate(`${button('Pause')}.click()`);
    await tab.until(`${text}.includes('fg there lets it go on, once the administrator has resumed it too.')`);
    train.child.kill('SIGCONT');
    await tab.until(`${pill} === 'paused' && !${text}.includes('Stopped in its terminal\\n\\nfg')`);
    await tab.evaluate(`${button('Resume')}.click()`);
    await tab.until(`${pill} === 'training'`);
    expect(tab.problems).toEqual([]);
  });

  it('says where the weights of a run lie whose folder did not take them, and offers what works', async () => {
    const folder = temporaryFolder();
    const [out, spare] = [join(folder, 'run'), join(folder, 'spare')];
    mkdirSync(spare);
    const { running, url } = await coordinator([
      ...['--max-steps', '300', '--out', out, '--spare-out', spare],
    ]);
    const tab = await openTab(await dashboardLink(running));
    await tab.until(`${text}.includes('Waiting for workers')`);
    // No file can take the place of a folder.
    mkdirSync(join(out, 'final.safetensors', 'full'), { recursive: true });
    lockstep(['worker', url]);
    await running.line('checkpoint-failed', ({ isLast }) => isLast === true);
    // Whoever interrupts it now wants no more tries.
    running.child.kill('SIGINT');
    await tab.until(`${text}.includes('it is kept in ${spare}/run/final.safetensors')`);
    await tab.until(`${text}.includes('mkdir -p ${out} && mv -f ${spare}/run/final.safetensors')`);
    expect(await violations(tab)).toEqual([]);
    expect(await running.exit).toBe(6);

    const shown = async (): Promise<Tab> => {
      const later = lockstep(['dashboard', out, '--port', '0']);
      const link = await later.until(({ stderr }) => /as it was.*\n {2}(http:\S+)\n/.exec(stderr)?.[1]);
      return openTab(link);
    };
    const elsewhere = `${text}.includes("kept in another place, which the coordinator's last lines name")`;
    await (await shown()).until(elsewhere);
    rmSync(join(out, 'final.safetensors'), { recursive: true });
    renameSync(join(spare, 'run', 'final.safetensors'), join(out, 'final.safetensors'));
    const whole = await shown();
    await whole.until(`${text}.includes('of the test rows are right')`);
    expect(await whole.evaluate(elsewhere)).toBe(false);
  });
});

describeWith(['chromium'], "a volunteer's page", () => {
  it.each([
    [
      'that one process would have made the weights',
      undefined,
      /One process alone would have made the same, bit for bit/,
    ],
    ['nothing of a run in which bits disagreed', 3, /part of step 3 gave different bits: .* is not certain/],
  ])('promises at the end %s', async (_what, disagreedAt, words) => {
    const out = join(temporaryFolder(), 'run');
    const first = await coordinator(['--epochs', '100', '--checkpoint-every', '10', '--out', out]);
    lockstep(['worker', first.url]);
    await first.running.line('checkpoint');
    first.running.child.kill('SIGINT');
    await first.running.exit;
    const { step } = first.running.lines.find(({ type }) => type === 'stopped')!;
    const record = join(out, 'run.json');
    const kept = JSON.parse(readFileSync(record, 'utf8')) as object;
    if (disagreedAt !== undefined) writeFileSync(record, JSON.stringify({ ...kept, disagreedAt }));

    const steps = String(Number(step) + 200);
    const { running } = await coordinator([
      '--max-steps',
      steps,
      '--out',
      out,
      '--resume',
      'auto',
      '--min-workers',
      '2',
    ]);
    const tab = await openTab(await linkOf(running));
    await tab.press('start');
    await running.line('worker-joined', ({ kind }) => kind === 'tab');
    await tab.shows('title', 'Thank you');
    await tab.shows('same-bits', words);
    expect(await violations(tab)).toEqual([]);
    expect(await running.exit).toBe(disagreedAt === undefined ? 0 : 7);
  });
});
