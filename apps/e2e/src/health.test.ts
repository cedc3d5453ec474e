import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { coordinator, lockstep, temporaryFolder, type Running } from './testing/processes.ts';

/** What `lockstep health` with these arguments says, and its exit status. */
async function health(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<readonly [number | string, string]> {
  const running: Running = lockstep(['health', ...args], { env });
  return [await running.exit, running.stdout + running.stderr];
}

describe('a coordinator', () => {
  it('says that it lives, that it takes workers, and what it counts, through a run and its end', async () => {
    const out = join(temporaryFolder(), 'run');
    const { running, url } = await coordinator(['--epochs', '1000', '--out', out]);
    const { port } = new URL(url);
    expect(await health([url])).toEqual([0, '{"status":"ok"}\n']);
    expect(await health(['--ready', '--port', port])).toEqual([0, '{"status":"ready"}\n']);
    expect(await health([], { LOCKSTEP_PORT: port, LOCKSTEP_HOST: '0.0.0.0' })).toEqual([
      0,
      '{"status":"ok"}\n',
    ]);

    lockstep(['worker', url, '--name', 'steady']);
    const metrics = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    await expect.poll(metrics, { timeout: 30_000 }).toMatch(/^lockstep_steps_total \d{3}/m);
    const text = await metrics();
    expect(text).toMatch(/^lockstep_run_phase\{phase="training"\} 1$/m);
    expect(text).toMatch(/^lockstep_verdicts_total\{verdict="accepted"\} [1-9]/m);
    expect(text).toMatch(/^lockstep_step_duration_seconds_count [1-9]/m);
    expect(text).toMatch(/^lockstep_train_loss \d/m);
    expect(text).not.toContain('steady');

    running.child.kill('SIGINT');
    await running.exit;
    const [status, said] = await health([url]);
    expect(status).toBe(1);
    expect(said).toMatch(/^lockstep: nothing answers at http:\/\/127\.0\.0\.1:\d+\/healthz \(.*ECONNREFUSED/);

    const later = lockstep(['dashboard', out, '--port', '0']);
    const link = await later.until(
      ({ stderr }) => /as it was.*\n {2}(http:\S+)dashboard\n/.exec(stderr)?.[1],
    );
    expect(await health([link])).toEqual([0, '{"status":"ok"}\n']);
  });

  it('is asked over TLS of its own too, whatever name its certificate has', async () => {
    const running = lockstep([
      ...['coordinator', '--tls', 'self-signed', '--format', 'json', '--port', '0'],
      ...['--out', join(temporaryFolder(), 'run'), '--public-url', 'https://train.example.org/'],
    ]);
    const { port } = new URL(
      await running.until(({ stderr }) => / worker (wss:\/\/127\.0\.0\.1:\d+)/.exec(stderr)?.[1]),
    );
    expect(await health([], { LOCKSTEP_PORT: port, LOCKSTEP_TLS: 'self-signed' })).toEqual([
      0,
      '{"status":"ok"}\n',
    ]);
    const plain = await health(['--port', port]);
    expect(plain).toEqual([1, `lockstep: 127.0.0.1:${port} speaks TLS: give https://127.0.0.1:${port}\n`]);
    // An address that is checked: it leads to this machine all the same.
    const [status, said] = await health([`https://0.0.0.0:${port}`]);
    expect([status, said]).toEqual([
      1,
      expect.stringMatching(/nobody whom .* has signed .* NODE_EXTRA_CA_CERTS/),
    ]);
  });
});

describe('the configuration of Prometheus that docs/operations.md gives', () => {
  const isThere = spawnSync('promtool', ['--version']).status === 0;
  it.skipIf(!isThere)(
    'is one to promtool [skipped: promtool is not here: install Prometheus (Debian: apt-get install prometheus)]',
    () => {
      const page = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
      const [, snippet = ''] = /```yaml\n(scrape_configs:\n[^`]*)```/.exec(page) ?? [];
      const file = join(temporaryFolder(), 'prometheus.yml');
      const token = join(temporaryFolder(), 'token');
      writeFileSync(token, 'v'.repeat(20));
      writeFileSync(file, snippet.replace('/etc/prometheus/lockstep-token', token));
      const { status, stdout, stderr } = spawnSync('promtool', ['check', 'config', file], {
        encoding: 'utf8',
      });
      expect([status, stdout + stderr]).toEqual([0, expect.stringContaining('SUCCESS')]);
    },
  );
});

describe('lockstep health', () => {
  it.each([
    ['answers late', 'late', /no answer within 1 s/],
    ['answers with another status', '404', /answers 404: nothing/],
    ['is something else', 'page', /is no coordinator's: it answers "<!doctype html>"/],
  ])('exits 1 and says so where what listens %s', async (_what, path, text) => {
    const server = createServer(({ url }, response) => {
      if (url === '/404/healthz') response.writeHead(404).end('nothing\n');
      else if (url === '/page/healthz') response.end('<!doctype html>\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.closeAllConnections());
    onTestFinished(() => void server.close());
    const { port } = server.address() as { readonly port: number };
    const [status, said] = await health([`http://127.0.0.1:${port}/${path}`, '--timeout', '1']);
    expect([status, said]).toEqual([1, expect.stringMatching(text)]);
  });

  it('exits 2 for what is no address', async () => {
    expect(await health(['ftp://x'])).toEqual([
      2,
      expect.stringContaining("is no coordinator's address") as string,
    ]);
  });
});
