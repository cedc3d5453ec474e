import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { coordinator, isAlive, lockstep, temporaryFolder, trained } from './testing/processes.ts';

/** Whoever has typed `npm start` waits no longer for a first word. */
const FIRST_WORD_MS = 3000;

/** The processes that `pid` started. Linux only, as these tests are. */
function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => {
      try {
        return readFileSync(`/proc/${candidate}/stat`, 'utf8')
          .replace(/^.*\) \S /s, '')
          .startsWith(`${pid} `);
      } catch {
        return false;
      }
    });
}

/** Resolves when `isTrue`, looked at often; the test's own time limit is the deadline. */
async function eventually(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('lockstep train', () => {
  it('takes its processes with it when it is killed', async () => {
    const train = lockstep([
      'train',
      '--format',
      'json',
      '--port',
      '0',
      '--out',
      join(temporaryFolder(), 'run'),
    ]);
    await train.line('worker-joined', ({ workers }) => workers === 2);
    const children = childrenOf(train.pid);
    expect(children).toHaveLength(3);
    train.child.kill('SIGKILL');
    await eventually(() => !children.some(isAlive));
  });

  it('leaves a timeline that opens, whenever its coordinator is killed', async () => {
    const folder = temporaryFolder();
    const trace = join(folder, 'trace.json');
    const flags = ['--port', '0', '--workers', '1', '--out', join(folder, 'run'), '--trace', trace];
    const train = lockstep(['train', '--format', 'json', '--hidden', '16', ...flags]);
    await eventually(() => existsSync(trace) && readFileSync(trace, 'utf8').includes('"step 300"'));
    for (const pid of childrenOf(train.pid)) process.kill(pid, 'SIGKILL');
    await train.exit;
    const events = JSON.parse(`${readFileSync(trace, 'utf8')}]`) as { readonly name: string }[];
    const names = new Set(events.map(({ name }) => name.replace(/\d+$/, '')));
    for (const name of ['step ', 'wait', 'compute', 'send', 'reduce', 'update'])
      expect(names).toContain(name);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)(
    'ends on %s within seconds, after its checkpoint, and leaves no process',
    async (signal, status) => {
      const train = lockstep([
        'train',
        '--format',
        'json',
        '--port',
        '0',
        '--out',
        join(temporaryFolder(), 'run'),
      ]);
      await train.line('worker-joined', ({ workers }) => workers === 2);
      const children = childrenOf(train.pid);
      const askedAt = performance.now();
      train.child.kill(signal);
      expect(await train.exit).toBe(status);
      expect(performance.now() - askedAt).toBeLessThan(5000);
      expect(train.lines.at(-1)).toMatchObject({ type: 'stopped', reason: signal });
      expect(children.some(isAlive)).toBe(false);
    },
  );

  it('starts a worker again that dies', async () => {
    const train = lockstep([
      'train',
      '--format',
      'json',
      '--port',
      '0',
      '--max-steps',
      '3000',
      '--out',
      join(temporaryFolder(), 'run'),
    ]);
    await train.line('worker-joined', ({ workers }) => workers === 2);
    const workers = childrenOf(train.pid).filter((pid) =>
      readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('worker'),
    );
    process.kill(workers[0]!, 'SIGKILL');
    await train.line('worker-left');
    await train.until(({ lines }) => lines.filter(({ type }) => type === 'worker-joined').length === 3);
    expect(train.stderr).toMatch(/worker-\d ended with status 137, starting it again/);
  });

  it('prints text for people when asked for nothing else, a line an epoch when piped', async () => {
    const train = lockstep([
      'train',
      '--port',
      '0',
      '--max-steps',
      '30',
      '--workers',
      '1',
      '--out',
      join(temporaryFolder(), 'run'),
    ]);
    expect(await train.exit).toBe(0);
    expect(train.stderr).toMatch(/^reading mnist\n/);
    expect(train.stdout).toMatch(/network 784-128-10, sigmoid, squared-error/);
    expect(train.stdout).toMatch(/test accuracy {6}\d\d\.\d\d %/);
    expect(train.stdout).toMatch(/weights sha256 {5}[0-9a-f]{64}\n$/);
    expect(train.stdout).not.toContain('\u001b');
  });

  it(`shows that something happens within ${FIRST_WORD_MS / 1000} seconds of its start`, async () => {
    const begin = performance.now();
    const train = lockstep([
      'train',
      '--port',
      '0',
      '--max-steps',
      '1',
      '--out',
      join(temporaryFolder(), 'run'),
    ]);
    await train.until(({ stdout, stderr }) => stdout !== '' || stderr !== '');
    expect(performance.now() - begin).toBeLessThan(FIRST_WORD_MS);
    expect(train.stderr).toMatch(/^reading mnist\n/);
    expect(await train.exit).toBe(0);
  });

  it('takes settings from the environment and from a file, the flag first', async () => {
    const folder = temporaryFolder();
    const train = lockstep(
      [
        'train',
        '--format',
        'json',
        '--workers',
        '0',
        '--max-steps',
        '2',
        '--seed',
        '3',
        '--out',
        join(folder, 'run'),
      ],
      { env: { LOCKSTEP_SEED: '4', LOCKSTEP_LR: '0.25' } },
    );
    await train.finished();
    expect(train.lines[0]).toMatchObject({ config: { seed: 3, learningRate: 0.25, totalSteps: 2 } });
    const kept: unknown = JSON.parse(readFileSync(join(folder, 'run', 'config.json'), 'utf8'));
    expect(kept).toEqual(train.lines[0]!['config']);
  });
});

describe('lockstep worker', () => {
  it('leaves cleanly on SIGTERM, and the coordinator waits for another', async () => {
    const { running, url } = await coordinator(['--out', join(temporaryFolder(), 'run')]);
    const worker = lockstep(['worker', url, '--name', 'guest']);
    await running.line('worker-joined');
    worker.child.kill('SIGTERM');
    expect(await worker.exit).toBe(0);
    expect(await running.line('worker-left')).toMatchObject({
      worker: 'guest',
      reason: 'SIGTERM',
      workers: 0,
    });
    await running.line('waiting', ({ workers }) => workers === 0);
  });

  it('keeps trying while the coordinator is away, and leaves on SIGTERM then too', async () => {
    const worker = lockstep(['worker', 'ws://127.0.0.1:9', '--name', 'early']);
    await worker.until(({ stderr }) => stderr.includes('next try in'));
    worker.child.kill('SIGTERM');
    expect(await worker.exit).toBe(0);
  });

  it('gives up with a remedy when it was told to', async () => {
    const worker = lockstep(['worker', 'ws://127.0.0.1:9', '--give-up-after', '1']);
    expect(await worker.exit).toBe(1);
    expect(worker.stderr).toMatch(
      /no coordinator let this worker in at ws:\/\/127\.0\.0\.1:9 within 1 s: nothing listens at 127\.0\.0\.1:9/,
    );
  });
});

describe('a token', () => {
  it('is made for any other host than loopback, printed once, and asked of workers', async () => {
    const { running, url } = await coordinator([
      '--host',
      '0.0.0.0',
      '--max-steps',
      '20',
      '--out',
      join(temporaryFolder(), 'run'),
    ]);
    const token = /LOCKSTEP_TOKEN=(\S+) node \S+ worker/.exec(running.stderr)![1]!;
    const local = `ws://127.0.0.1:${new URL(url).port}`;
    const without = lockstep(['worker', local]);
    expect(await without.exit).toBe(4);
    expect(without.stderr).toMatch(/refused this worker: the token is missing or wrong/);
    const wrong = lockstep(['worker', local], { env: { LOCKSTEP_TOKEN: 'x'.repeat(32) } });
    expect(await wrong.exit).toBe(4);
    const right = lockstep(['worker', local], { env: { LOCKSTEP_TOKEN: token } });
    await running.finished();
    expect(await right.exit).toBe(0);
    expect(running.stdout).not.toContain(token);
    expect(readFileSync(join(String(running.lines[0]!['out']), 'journal.ndjson'), 'utf8')).not.toContain(
      token,
    );
  });

  it('speak TLS with a certificate made for a trial, whose fingerprint is printed', async () => {
    const out = join(temporaryFolder(), 'run');
    const args = ['--tls', 'self-signed', '--max-steps', '20', '--port', '0', '--format', 'json'];
    const running = lockstep(['train', ...args, '--out', out, '--workers', '1']);
    await running.until(({ stderr }) => /watch the run.*\n {2}https:/.test(stderr));
    const { weightsSha256 } = await running.finished();
    const { fingerprint256, subjectAltName } = new X509Certificate(
      readFileSync(join(out, 'certificate.pem')),
    );
    expect(running.stderr).toContain(fingerprint256);
    expect(subjectAltName).toContain('127.0.0.1');
    const alone = await trained('--workers', '0', '--max-steps', '20');
    expect(weightsSha256).toBe(alone['weightsSha256']);
  });
});
