import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { browsersToTest, type BrowserName } from '@lockstep/browsers';
import { describeWith } from '@lockstep/browsers/testing';
import { expect, it } from 'vitest';
import { openTab, type Tab } from './testing/browser.ts';
import { coordinator, lockstep, temporaryFolder, trained } from './testing/processes.ts';
import { ENDLESS, faults, haveContributed, linkOf, nameIn, stoppedAndResumed } from './testing/volunteers.ts';

const SHA256 = /^[0-9a-f]{64}$/;

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

for (const name of browsersToTest()) {
  describeWith([name], `a tab of ${name}`, () => {
    it('gives half of the processors that it measures, whatever the browser says, and says how many', async () => {
      const { running } = await coordinator([...ENDLESS, '--out', join(temporaryFolder(), 'run')]);
      const tab = await openTab(await linkOf(running), name);
      await tab.press('start');
      const joined = await running.line('worker-joined', ({ kind }) => kind === 'tab');
      const words = `document.getElementById('threads').options[0].text`;
      const [, threads, processors] = /^(\d+) threads? of (\d+) processors?, measured$/
        .exec(String(await tab.evaluate(words)))!
        .map(Number);
      expect(joined['threads']).toBe(threads);
      expect(threads).toBe(Math.max(1, Math.floor(processors! / 2)));
      // A machine that others keep busy has as many as its scheduler gives a page that asks for more.
      if (loadavg()[0]! < 2 * availableParallelism()) {
        expect(threads).toBeLessThanOrEqual(Math.max(1, availableParallelism() / 2));
      }
      expect(faults(tab)).toEqual([]);
    });

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

      expect(tab.problems).toEqual([]);
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
}

describeWith(browsersToTest(), 'tabs of every browser and a worker process', () => {
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

    for (const tab of tabs) expect(tab.problems).toEqual([]);
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

describeWith(['chromium'], 'a browser tab', () => {
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
    expect(tab.problems).toEqual([]);
    const alone = await trained('--workers', '0', ...end);
    expect(weightsSha256).toBe(alone['weightsSha256']);
  });
});
