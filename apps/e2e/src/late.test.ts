import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { coordinator, lockstep, temporaryFolder } from './testing/processes.ts';

const SHORT = ['--max-steps', '30'];
const LINGERING = { env: { LOCKSTEP_LINGER: '120' } };

/** A run of its own, to its end, by a coordinator that answers for a while. */
async function ended(...args: readonly string[]) {
  const out = join(temporaryFolder(), 'run');
  const first = await coordinator([...SHORT, '--out', out, ...args], LINGERING);
  const early = lockstep(['worker', first.url, '--name', 'early']);
  const { weightsSha256 } = await first.running.line('finished');
  expect(await early.exit).toBe(0);
  return { ...first, out, weightsSha256: String(weightsSha256) };
}

/** A worker that comes late: it leaves by itself, with what the run ended with. */
async function comesLate(url: string, weightsSha256: string): Promise<void> {
  const late = lockstep(['worker', url, '--name', 'late']);
  expect([await late.exit, late.stderr]).toEqual([0, expect.stringContaining('the run is over (completed)')]);
  expect(late.stderr).toContain(weightsSha256);
}

describe('a worker that comes when the run is over', () => {
  it('is told so by the coordinator, for a while; and by one that is started again, at the same place', async () => {
    const { running, url, out, weightsSha256 } = await ended();
    await running.until(({ stderr }) => stderr.includes('late are told so for 120 s'));
    await comesLate(url, weightsSha256);
    running.child.kill('SIGTERM');
    expect(await running.exit).toBe(0);

    const waiting = lockstep(['worker', url, '--name', 'waiting']);
    await waiting.until(({ stderr }) => stderr.includes('nothing listens at'));
    const again = await coordinator([...SHORT, '--out', out, '--resume', 'auto'], LINGERING);
    expect(again.url).toBe(url);
    const finished = await again.running.line('finished');
    expect([finished['step'], finished['weightsSha256']]).toEqual([30, weightsSha256]);
    expect(await waiting.exit).toBe(0);
    await comesLate(url, weightsSha256);
    again.running.child.kill('SIGINT');
    expect(await again.running.exit).toBe(0);
  });

  it('is told so by the dashboard that shows it from its folder', async () => {
    const { running, out, weightsSha256 } = await ended();
    running.child.kill('SIGTERM');
    await running.exit;
    const later = lockstep(['dashboard', out, '--port', '0']);
    const link = await later.until(({ stderr }) => /as it was.*\n {2}(http:\S+)dashboard/.exec(stderr)?.[1]);
    await comesLate(link, weightsSha256);
  });

  it('is told of the end that one process trained on to, not of the one before, and so is who watches', async () => {
    const { running, out } = await ended();
    running.child.kill('SIGTERM');
    await running.exit;
    const longer = ['--workers', '0', '--resume', 'auto', '--out', out, '--max-steps', '60'];
    const alone = lockstep(['train', ...longer, '--format', 'json']);
    const { weightsSha256 } = await alone.finished();
    const later = lockstep(['dashboard', out, '--port', '0']);
    const link = await later.until(({ stderr }) => /as it was.*\n {2}(http:\S+)dashboard/.exec(stderr)?.[1]);
    await comesLate(link, String(weightsSha256));
    const view = JSON.parse(readFileSync(join(out, 'view.json'), 'utf8')) as object;
    expect(view).toMatchObject({ live: { step: 60, phase: 'finished', ending: { weightsSha256 } } });
  });

  it('waits where the dashboard shows a run that may go on', async () => {
    const out = join(temporaryFolder(), 'run');
    const { running, url } = await coordinator(['--max-steps', '100000', '--out', out]);
    const worker = lockstep(['worker', url, '--name', 'steady']);
    await running.line('worker-joined');
    running.child.kill('SIGINT');
    await running.exit;
    const later = lockstep(['dashboard', out, '--port', new URL(url).port]);
    await worker.until(({ stderr }) => stderr.includes('it has not ended, and nobody trains it now'));
    later.child.kill('SIGINT');
    await later.exit;
    const { running: again } = await coordinator(['--out', out, '--resume', 'auto']);
    await again.line('worker-joined', ({ worker: name }) => name === 'steady');
    worker.child.kill('SIGTERM');
    expect(await worker.exit).toBe(0);
  });

  it('needs the token of the run here too', async () => {
    const { url, weightsSha256, running } = await ended('--host', '127.0.0.1');
    expect(await lockstep(['worker', url], { env: { LOCKSTEP_TOKEN: 'x'.repeat(32) } }).exit).toBe(0);
    running.child.kill('SIGTERM');
    await running.exit;
    const env = { ...LINGERING.env, LOCKSTEP_TOKEN: 'y'.repeat(32) };
    const out = String(running.lines[0]!['out']);
    const again = await coordinator([...SHORT, '--out', out, '--resume', 'auto'], { env });
    const stranger = lockstep(['worker', again.url]);
    expect(await stranger.exit).toBe(4);
    expect(stranger.stderr).not.toContain(weightsSha256);
    const own = lockstep(['worker', `${again.url}/#token=${'y'.repeat(32)}`]);
    expect(await own.exit).toBe(0);
    expect(own.stderr).toContain(weightsSha256);
  });
});

describe('a coordinator of a run that is over', () => {
  it('ends at once under train, and when it is told to wait for nobody', async () => {
    const out = join(temporaryFolder(), 'run');
    const begun = performance.now();
    const train = lockstep(['train', ...SHORT, '--port', '0', '--workers', '1', '--out', out], {
      env: { LOCKSTEP_LINGER: '' },
    });
    expect(await train.exit).toBe(0);
    expect(train.stderr).not.toContain('are told so');
    expect(performance.now() - begun).toBeLessThan(29_000);
  });
});
