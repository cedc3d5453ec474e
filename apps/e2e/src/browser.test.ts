import { join } from 'node:path';
import { areBrowsersRequired, describeWith } from '@lockstep/browsers/testing';
import { expect, it } from 'vitest';
import { openTab } from './testing/browser.ts';
import { lineTo } from './testing/line.ts';
import { choose, violations } from './testing/manners.ts';
import { coordinator, temporaryFolder, trained } from './testing/processes.ts';
import { linkOf, nameIn } from './testing/volunteers.ts';

describeWith(['chromium'], 'a browser tab', () => {
  it('leaves when it is told to, and may come back', async () => {
    const { running } = await coordinator(['--min-workers', '2', '--out', join(temporaryFolder(), 'run')]);
    const tab = await openTab(await linkOf(running));
    await tab.press('start');
    await tab.shows('state', 'Computing.');
    await tab.press('leave');
    await tab.shows('state', 'Left: this tab computes no more.');
    expect(await running.line('worker-left')).toMatchObject({ reason: 'the volunteer left', workers: 0 });
    await tab.press('start');
    await tab.shows('state', 'Computing.');
    expect(running.lines.filter(({ type }) => type === 'worker-joined')).toHaveLength(2);
    expect(tab.problems).toEqual([]);
  });

  it('pauses by itself when the battery is low, goes on when it charges, and pauses when it is told to', async () => {
    const { running } = await coordinator(['--epochs', '100', '--out', join(temporaryFolder(), 'run')]);
    const tab = await openTab(await linkOf(running));
    await tab.evaluate(`{
      window.battery = Object.assign(new EventTarget(), { charging: true, level: 0.1 });
      navigator.getBattery = () => Promise.resolve(battery);
    }`);
    const charging = (isCharging: boolean): Promise<unknown> =>
      tab.evaluate(`battery.charging = ${isCharging}, battery.dispatchEvent(new Event('chargingchange'))`);
    await tab.press('start');
    await tab.shows('spans', /[1-9]/);
    await charging(false);
    await tab.shows('state', 'The battery is low');
    expect(await running.line('worker-left')).toMatchObject({ reason: 'paused: battery' });
    await charging(true);
    await tab.shows('state', 'Computing.');
    await tab.press('pause');
    await tab.shows('title', 'Paused');
    await running.line('worker-left', ({ reason }) => reason === 'paused');
    await tab.press('start');
    await tab.shows('state', 'Computing.');
    expect(tab.problems).toEqual([]);
  });

  it('says that it is slowed while it is hidden, and keeps the screen on while it computes and is seen', async ({
    skip,
    task,
  }) => {
    const { running } = await coordinator(['--epochs', '100', '--out', join(temporaryFolder(), 'run')]);
    const tab = await openTab(await linkOf(running));
    const keepsScreenOn = await tab.evaluate(
      `navigator.wakeLock.request('screen').then((lock) => lock.release().then(() => true), () => false)`,
    );
    // The Chromium that is fetched for tests has no screen to keep on.
    if (!keepsScreenOn && !areBrowsersRequired()) {
      task.meta.skipped =
        'this browser keeps no screen on: install one that does (Debian: apt-get install chromium)';
      skip();
    }
    await tab.evaluate(`{
      window.locks = [];
      const request = navigator.wakeLock.request.bind(navigator.wakeLock);
      navigator.wakeLock.request = async (type) => { const lock = await request(type); locks.push(lock); return lock; };
    }`);
    const locksHeld = 'locks.filter(({ released }) => !released).length';
    const hide = (isHidden: boolean): Promise<unknown> =>
      tab.evaluate(`Object.defineProperty(document, 'hidden', { value: ${isHidden}, configurable: true }),
        document.dispatchEvent(new Event('visibilitychange'))`);
    expect(await tab.evaluate(locksHeld)).toBe(0);
    await tab.press('start');
    await tab.until(`${locksHeld} === 1`);
    await tab.shows('spans', /[1-9]/);
    await hide(true);
    await tab.shows('hint', 'This tab is hidden: browsers slow hidden tabs.');
    expect(await tab.evaluate('document.title')).toBe('Lockstep: helping, slowed while hidden');
    // As the browser does when it hides a tab.
    await tab.evaluate('Promise.all(locks.map((lock) => lock.release())).then(() => true)');
    await hide(false);
    await tab.shows('hint', /This tab was hidden for .*: browsers slow hidden tabs/);
    await tab.until(`${locksHeld} === 1`);
    await tab.press('pause');
    await tab.until(`${locksHeld} === 0`);
    expect(tab.problems).toEqual([]);
  });

  it('computes on threads with one copy of the weights, or with one each where the page may not share memory', async () => {
    const steps = ['--max-steps', '100'];
    const alone = await trained('--workers', '0', ...steps);
    for (const isOpen of [false, true]) {
      const { running } = await coordinator([...steps, '--out', join(temporaryFolder(), 'run')]);
      const line = await lineTo(await linkOf(running), isOpen);
      const tab = await openTab(line.url);
      await tab.evaluate(`document.getElementById('threads').append(new Option('2', '2', true, true))`);
      await tab.press('start');
      await tab.shows(
        'place',
        isOpen ? '2 threads, a copy of the weights each.' : '2 threads, one copy of the weights.',
      );
      const { weightsSha256 } = await running.finished();
      expect(weightsSha256).toBe(alone['weightsSha256']);
      expect(await running.line('worker-joined')).toMatchObject({ threads: 2 });
      expect(tab.problems).toEqual([]);
    }
  });

  it('comes back by itself under its name when its line was dead, and when it was cut', async () => {
    const { running } = await coordinator(['--epochs', '100', '--out', join(temporaryFolder(), 'run')]);
    const line = await lineTo(await linkOf(running));
    const tab = await openTab(line.url);
    await tab.press('start');
    await tab.shows('share', 'of the run');
    line.freeze();
    await tab.shows('state', 'The connection was lost.');
    await tab.shows('countdown', /Next try in|Trying again/);
    line.mend();
    await tab.evaluate(`dispatchEvent(new Event('online'))`);
    await tab.shows('state', 'Computing.');
    line.cut();
    await tab.shows('state', /The connection was lost|No coordinator answers/);
    line.mend();
    await tab.evaluate(`dispatchEvent(new Event('online'))`);
    await tab.shows('state', 'Computing.');
    const names = running.lines.filter(({ type }) => type === 'worker-joined').map(({ worker }) => worker);
    expect(new Set(names)).toEqual(new Set([await nameIn(tab)]));
  });

  it('says that a token is missing or wrong, and takes the one in its address, which it hides', async () => {
    const token = 'a-secret-of-this-test';
    const { running } = await coordinator(['--max-steps', '20', '--out', join(temporaryFolder(), 'run')], {
      env: { LOCKSTEP_TOKEN: token },
    });
    // A token that was given is not printed: the link has its name in its place.
    const [address = '', fragment] = (await linkOf(running)).split('#');
    expect(fragment).toBe('token=LOCKSTEP_TOKEN');
    const link = `${address}#token=${token}`;
    const tab = await openTab(address);
    await tab.press('start');
    await tab.shows('state', 'Refused: the token is missing. Open the whole link');
    await tab.goto(`${address}#token=no-${token}`);
    await tab.press('start');
    await tab.shows('state', 'Refused: the token is wrong.');
    await tab.goto(link);
    await tab.press('start');
    const { weightsSha256 } = await running.finished();
    await tab.shows('state', 'Finished.');
    expect(await tab.text('sha256')).toBe(weightsSha256);
    expect(await tab.evaluate('location.href')).toBe(address);
    expect(tab.problems).toEqual([]);
  });

  it.each(['light', 'dark'])(
    'shows a page without faults for people who cannot see it (%s)',
    async (theme) => {
      const { running } = await coordinator(['--epochs', '100', '--out', join(temporaryFolder(), 'run')]);
      const tab = await openTab(await linkOf(running));
      await tab.evaluate(choose(theme));
      expect(await violations(tab)).toEqual([]);
      await tab.press('start');
      await tab.shows('share', 'of the run');
      expect(await violations(tab)).toEqual([]);
      await tab.press('pause');
      await tab.shows('title', 'Paused');
      expect(await violations(tab)).toEqual([]);
      await tab.press('leave');
      expect(await violations(tab)).toEqual([]);
      expect(tab.problems).toEqual([]);
    },
  );

  it('has a ring for the processor time that keys move, and remembers it', async () => {
    const { running } = await coordinator(['--out', join(temporaryFolder(), 'run')]);
    const tab = await openTab(await linkOf(running));
    const press = (key: string): Promise<unknown> =>
      tab.evaluate(
        `document.getElementById('ring').dispatchEvent(new KeyboardEvent('keydown', { key: '${key}', bubbles: true }))`,
      );
    const value = `document.getElementById('ring').getAttribute('aria-valuenow')`;
    await press('End');
    expect(await tab.evaluate(value)).toBe('100');
    await press('PageDown');
    await press('ArrowLeft');
    expect(await tab.evaluate(value)).toBe('75');
    await press('Home');
    await tab.shows('budget', '10 %');
    await tab.goto(await linkOf(running));
    await tab.shows('budget', '10 %');
  });

  it('gets a page that no other site can frame or script', async () => {
    const { running } = await coordinator(['--out', join(temporaryFolder(), 'run')]);
    const { headers } = await fetch(await linkOf(running));
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/'unsafe-(?:inline|eval)'/);
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp');
  });
});
