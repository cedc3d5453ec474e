import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { browsersToTest, type BrowserName } from '@lockstep/browsers';
import { describe, expect, it } from 'vitest';
import { openTab } from './testing/browser.ts';
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
  const lines = readFileSync(join(folder, 'journal.ndjson'), 'utf8').trimEnd().split('\n');
  const entries = lines.map((line) => JSON.parse(line) as JsonLine);
  const names = new Map(
    entries.filter(({ name }) => name !== undefined).map(({ worker, name }) => [worker, name]),
  );
  const accepted = entries.filter(({ type, verdict }) => type === 'verdict' && verdict === 'accepted');
  return new Set(accepted.map(({ worker }) => String(names.get(worker))));
}

/** What a tab calls its engine: WebKitGTK passes for Safari. */
const engines: Readonly<Record<BrowserName, RegExp>> = {
  chromium: /^Chromium \d+, wasm simd128$/,
  firefox: /^Firefox \d+, wasm simd128$/,
  webkit: /^Safari \d+, wasm simd128$/,
};

/** Enough for both to take part, however long either takes to begin. */
const STEPS = '400';

describe.each(browsersToTest())('a tab of %s', (name) => {
  it('trains together with a worker process: the same weights as without either', async () => {
    const out = join(temporaryFolder(), 'run');
    const { running, url } = await coordinator(['--max-steps', STEPS, '--min-workers', '2', '--out', out]);
    const tab = await openTab(await linkOf(running), name);
    await tab.press('start');
    const joined = await running.line('worker-joined', ({ kind }) => kind === 'tab');
    expect(joined['engine']).toMatch(engines[name]);
    const worker = String(joined['worker']);
    await tab.shows('name', worker);
    lockstep(['worker', url, '--name', 'process']);
    await running.line(
      'worker-joined',
      (other) => other['worker'] === 'process' && other['kind'] === 'process',
    );

    const { weightsSha256 } = await running.finished();
    await tab.shows('state', 'Finished.');
    expect(weightsSha256).toMatch(SHA256);
    expect(await tab.text('sha256')).toBe(weightsSha256);
    expect(await tab.text('step')).toBe(STEPS);
    expect(Number(await tab.text('spans'))).toBeGreaterThan(0);
    expect(contributors(out)).toEqual(new Set([worker, 'process']));
    expect(tab.problems).toEqual([]);
    const alone = await trained('--workers', '0', '--max-steps', STEPS);
    expect(weightsSha256).toBe(alone['weightsSha256']);
  });
});

describe('a browser tab', () => {
  it('may be closed in the middle of a run: another worker takes over, and the weights are the same', async () => {
    const out = join(temporaryFolder(), 'run');
    const { running, url } = await coordinator(['--max-steps', '600', '--min-workers', '2', '--out', out]);
    const tab = await openTab(await linkOf(running));
    await tab.press('start');
    lockstep(['worker', url, '--name', 'process']);
    await tab.shows('spans', /[1-9]/);
    const name = await tab.text('name');
    await tab.close();
    expect(await running.line('worker-left')).toMatchObject({ worker: name, workers: 1 });

    const { weightsSha256 } = await running.finished();
    expect(contributors(out)).toContain(name);
    expect(tab.problems).toEqual([]);
    const alone = await trained('--workers', '0', '--max-steps', '600');
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

  it('gets a page that no other site can frame or script', async () => {
    const { running } = await coordinator(['--out', join(temporaryFolder(), 'run')]);
    const { headers } = await fetch(await linkOf(running));
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/'unsafe-(?:inline|eval)'/);
  });
});
