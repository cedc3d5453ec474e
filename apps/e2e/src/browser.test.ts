import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { browsersToTest, type BrowserName } from '@lockstep/browsers';
import { describe, expect, it } from 'vitest';
import { openTab, type Tab } from './testing/browser.ts';
import { choose, violations } from './testing/manners.ts';
import { lineTo } from './testing/line.ts';
import {
  coordinator,
  lockstep,
  temporaryFolder,
  trained,
  type JsonLine,
  type Running,
} from './testing/processes.ts';

const SHA256 = /^[0-9a-f]{64}$/;

/** The link for volunteers that a coordinator prints. */
const linkOf = (running: Running): Promise<string> =>
  running.until(({ stderr }) => /open in a browser:\n {2}(http:\S+)\n/.exec(stderr)?.[1]);

/** By name, the workers of the run in `folder` whose contributions counted. */
function contributors(folder: string): Set<string> {
  const lines = readFileSync(join(folder, 'journal.ndjson'), 'utf8').split('\n').slice(0, -1);
  const entries = lines.map((line) => JSON.parse(line) as JsonLine);
  const names = new Map(
    entries.filter(({ name }) => name !== undefined).map(({ worker, name }) => [worker, name]),
  );
  const accepted = entries.filter(({ type, verdict }) => type === 'verdict' && verdict === 'accepted');
  return new Set(accepted.map(({ worker }) => String(names.get(worker))));
}

/** What the volunteer in that tab is called. */
const nameIn = async (tab: Tab): Promise<string> =>
  String(await tab.evaluate(`document.getElementById('name').value`));

/** Gives the volunteer in that tab another name, and returns it. */
async function renamed(tab: Tab, name: string): Promise<string> {
  await tab.evaluate(`(() => { const input = document.getElementById('name'); input.value = '${name}';
    input.dispatchEvent(new Event('change')); })()`);
  return name;
}

/** What a tab calls its engine: WebKitGTK passes for Safari. */
const engines: Readonly<Record<BrowserName, RegExp>> = {
  chromium: /^Chromium \d+, wasm simd128$/,
  firefox: /^Firefox \d+, wasm simd128$/,
  webkit: /^Safari \d+, wasm simd128$/,
};

/**
 * Enough that a run ends when the test stops it, and not before; and enough to compute in a step that every worker shortens it,
 * however slow its engine is: one that does not is given none of it.
 */
const ENDLESS = ['--epochs', '1000', '--batch-size', '1024', '--hidden', '256'];

/** What went wrong in a tab, the tries left out with which it looked for a coordinator that was away. */
const faults = ({ problems }: Tab): string[] =>
  problems.filter(
    (problem) => !/^failed: http:[^ ]*\/$|t establish a connection|ERR_CONNECTION/.test(problem),
  );

/** Resolves once contributions of every one of those workers have counted in the run of `folder`. */
async function haveContributed(folder: string, names: readonly string[]): Promise<void> {
  const patience = { timeout: 30_000, interval: 50 };
  await expect.poll(() => [...contributors(folder)].sort(), patience).toEqual([...names].sort());
}

/**
 * Stops the run of `folder`, and starts its coordinator again at the address that its workers know, for `steps` more.
 * @returns the run, and how many steps it has in all
 */
async function stoppedAndResumed(
  { running, url }: { readonly running: Running; readonly url: string },
  { out, workers, steps }: { readonly out: string; readonly workers: number; readonly steps: number },
): Promise<{ readonly resumed: Running; readonly end: readonly string[]; readonly stepCount: number }> {
  running.child.kill('SIGINT');
  await running.exit;
  const stepCount = Number(running.lines.find(({ type }) => type === 'stopped')?.['step']) + steps;
  const end = [...ENDLESS, '--max-steps', String(stepCount)];
  const { running: resumed } = await coordinator([
    ...end,
    ...['--min-workers', String(workers), '--out', out, '--resume', 'auto', '--port', new URL(url).port],
  ]);
  return { resumed, end, stepCount };
}

describe.each(browsersToTest())('a tab of %s', (name) => {
  it('trains together with a worker process, before and after a stop: the same weights as without either', async () => {
    const out = join(temporaryFolder(), 'run');
    const first = await coordinator([...ENDLESS, '--min-workers', '2', '--out', out]);
    const { running, url } = first;
    const tab = await openTab(await linkOf(running), name);
    await tab.press('start');
    const joined = await running.line('worker-joined', ({ kind }) => kind === 'tab');
    expect(joined['engine']).toMatch(engines[name]);
    const worker = String(joined['worker']);
    expect(await nameIn(tab)).toBe(worker);
    lockstep(['worker', url, '--name', 'process']);
    await running.line(
      'worker-joined',
      (other) => other['worker'] === 'process' && other['kind'] === 'process',
    );
    await tab.shows('share', 'of the run');
    await haveContributed(out, [worker, 'process']);

    const { resumed, end, stepCount } = await stoppedAndResumed(first, { out, workers: 2, steps: 100 });
    const { weightsSha256 } = await resumed.finished();
    await tab.shows('state', 'Finished.');
    expect(weightsSha256).toMatch(SHA256);
    expect(await tab.text('sha256')).toBe(weightsSha256);
    expect(await tab.text('step')).toBe(`${stepCount} of ${stepCount}`);
    expect(Number.parseInt(await tab.text('spans'), 10)).toBeGreaterThan(0);
    expect(faults(tab)).toEqual([]);
    const alone = await trained('--workers', '0', ...end);
    expect(weightsSha256).toBe(alone['weightsSha256']);
  });
});

describe('tabs of every browser and a worker process', () => {
  it('train together while one tab is closed and one is loaded again: the same weights as without any', async () => {
    const out = join(temporaryFolder(), 'run');
    const kinds = browsersToTest();
    const first = await coordinator([
      ...ENDLESS,
      ...['--min-workers', String(kinds.length + 2), '--out', out],
    ]);
    const { running, url } = first;
    const link = await linkOf(running);
    // One tab more than browsers: that one is closed.
    const tabs = await Promise.all([kinds[0]!, ...kinds].map((kind) => openTab(link, kind)));
    const names: string[] = [];
    for (const tab of tabs) {
      names.push(await renamed(tab, `tab-${names.length}`));
      await tab.press('start');
    }
    lockstep(['worker', url, '--name', 'process']);
    await haveContributed(out, [...names, 'process']);
    await tabs[0]!.close();
    await running.line('worker-left', ({ worker }) => worker === 'tab-0');
    const again = tabs.at(-1)!;
    await again.goto(link);
    await again.shows('state', 'Computing.');
    await again.shows('spans', /[1-9]/);

    const workers = kinds.length + 1;
    const { resumed, end } = await stoppedAndResumed(first, { out, workers, steps: 100 });
    const { weightsSha256 } = await resumed.finished();
    for (const tab of tabs.slice(1)) await tab.shows('sha256', String(weightsSha256));
    const joined = running.lines.filter(({ type }) => type === 'worker-joined').map(({ worker }) => worker);
    expect(joined.filter((name) => name === names.at(-1))).toHaveLength(2);
    for (const tab of tabs) expect(faults(tab)).toEqual([]);
    const alone = await trained('--workers', '0', ...end);
    expect(weightsSha256).toBe(alone['weightsSha256']);
  });
});

describe('a browser tab', () => {
  it('may be closed in the middle of a run: another worker takes over, and the weights are the same', async () => {
    const out = join(temporaryFolder(), 'run');
    const first = await coordinator([...ENDLESS, '--min-workers', '2', '--out', out]);
    const { running, url } = first;
    const tab = await openTab(await linkOf(running));
    await tab.press('start');
    lockstep(['worker', url, '--name', 'process']);
    const name = await nameIn(tab);
    await haveContributed(out, [name, 'process']);
    await tab.close();
    expect(await running.line('worker-left')).toMatchObject({ worker: name, workers: 1 });

    const { resumed, end } = await stoppedAndResumed(first, { out, workers: 1, steps: 100 });
    const { weightsSha256 } = await resumed.finished();
    expect(faults(tab)).toEqual([]);
    const alone = await trained('--workers', '0', ...end);
    expect(weightsSha256).toBe(alone['weightsSha256']);
  });

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

  it('says that it is slowed while it is hidden, and keeps the screen on while it computes and is seen', async () => {
    const { running } = await coordinator(['--epochs', '100', '--out', join(temporaryFolder(), 'run')]);
    const tab = await openTab(await linkOf(running));
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
