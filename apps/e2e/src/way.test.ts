import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { coordinator, lockstep, temporaryFolder, type Running } from './testing/processes.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const ENDLESS = ['--epochs', '1000'];

/** What was built, in a folder with a blank in its name. @returns its launcher */
function copyWithBlank(): string {
  const copy = join(temporaryFolder(), 'my clone');
  mkdirSync(copy);
  for (const app of ['cli', 'coordinator', 'worker', 'web']) {
    cpSync(join(ROOT, 'apps', app, 'dist'), join(copy, 'apps', app, 'dist'), { recursive: true });
  }
  for (const name of ['bin', 'package.json']) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  for (const name of ['node_modules', 'libs']) symlinkSync(join(ROOT, name), join(copy, name));
  return join(copy, 'bin', 'lockstep.mjs');
}

/** Pastes `command` into a shell that finds Node and nothing else. */
function pasted(command: string): { readonly end: () => void } {
  const programs = temporaryFolder();
  symlinkSync(process.execPath, join(programs, 'node'));
  const child = spawn('/bin/sh', ['-c', `exec 2>/dev/null; ${command}`], {
    env: { PATH: programs },
    cwd: programs,
    stdio: 'ignore',
    detached: true,
  });
  return { end: () => void process.kill(-child.pid!, 'SIGKILL') };
}

const printed = (running: Running): Promise<string> =>
  running.until(({ stderr }) => /on this machine:\n {2}(.*)\n/.exec(stderr)?.[1]);

describe('the command that a coordinator prints', () => {
  it.each([
    ['with a token', ['--host', '0.0.0.0']],
    ['with a certificate of its own', ['--tls', 'self-signed']],
  ])('joins by the printed command, %s, from a folder with a blank in its name', async (_, args) => {
    const launcher = copyWithBlank();
    const out = join(dirname(launcher), "a run, the owner's");
    const running = lockstep(
      ['coordinator', '--format', 'json', '--port', '0', ...args, ...ENDLESS, '--out', out],
      {
        launcher,
      },
    );
    const command = await printed(running);
    expect(command).toContain(`node '${launcher}' worker ws`);
    expect(running.stderr).not.toContain('npx');
    const shell = pasted(command);
    await running.line('worker-joined');
    shell.end();
  });
});

describe('a link that is pasted', () => {
  it('works as an address, and its token is in no line and in no list of processes', async () => {
    const args = ['--host', '0.0.0.0', ...ENDLESS, '--out', join(temporaryFolder(), 'run')];
    const { running } = await coordinator(args);
    const link = await running.until(({ stderr }) => /in a browser:\n {2}(http:\S+)\n/.exec(stderr)?.[1]);
    const token = /token=(\w+)/.exec(link)![1]!;
    for (const scheme of ['http', 'ws']) {
      const worker = lockstep(['worker', link.replace('http', scheme), '--name', scheme], {
        env: { LOCKSTEP_TOKEN: 'another-token-altogether' },
      });
      await worker.until(({ stderr }) => /joined run at ws:\/\/[\d.:]+ as worker/.test(stderr));
      expect(readFileSync(`/proc/${worker.pid}/cmdline`, 'utf8')).not.toContain(token);
      worker.child.kill('SIGTERM');
      expect(await worker.exit).toBe(0);
      expect(worker.stderr).toContain('the token of the link counts, not LOCKSTEP_TOKEN');
      expect(worker.stderr).not.toContain(token);
    }
  });
});

describe('a worker that reads its token from a file', () => {
  it('may come before the coordinator that writes it, also one that makes another', async () => {
    const folder = temporaryFolder();
    const file = join(folder, 'token');
    const env = { LOCKSTEP_TOKEN_FILE: file, LOCKSTEP_PUBLIC_URL: 'http://train.example.org' };
    const args = [...ENDLESS, '--out', join(folder, 'run')];
    const { running: first, url } = await coordinator(args, { env });
    const worker = lockstep(['worker', url, '--name', 'steady'], { env: { LOCKSTEP_TOKEN_FILE: file } });
    await first.line('worker-joined');
    first.child.kill('SIGKILL');
    await first.exit;
    rmSync(file);
    const early = lockstep(['worker', url, '--name', 'early'], { env: { LOCKSTEP_TOKEN_FILE: file } });
    await early.until(({ stderr }) => stderr.includes('nothing listens at'));
    const again = await coordinator([...args, '--resume', 'auto', '--new-token'], { env });
    expect(again.url).toBe(url);
    for (const name of ['steady', 'early'])
      await again.running.line('worker-joined', (line) => line['worker'] === name);
    for (const { child, exit } of [worker, early]) {
      child.kill('SIGTERM');
      expect(await exit).toBe(0);
    }
  });
});

describe('a worker on its way over TLS', () => {
  it('is told of a certificate that it does not know, of another name, and of ports that speak otherwise', async () => {
    const out = join(temporaryFolder(), 'run');
    const args = ['--host', '0.0.0.0', '--open', '--tls', 'self-signed', ...ENDLESS, '--out', out];
    const secure = lockstep(['coordinator', '--format', 'json', '--port', '0', ...args]);
    const { port } = new URL(await secure.until(({ stderr }) => / worker (wss:\S+)/.exec(stderr)?.[1]));
    const trust = { NODE_EXTRA_CA_CERTS: join(out, 'certificate.pem') };
    const refused = async (url: string, text: RegExp, env: Record<string, string> = {}): Promise<void> => {
      const worker = lockstep(['worker', url], { env });
      expect([await worker.exit, worker.stderr]).toEqual([4, expect.stringMatching(text)]);
      expect(worker.stderr).toContain('gave up after 3 tries');
    };
    await Promise.all([
      refused(`wss://127.0.0.1:${port}`, /nobody whom this machine trusts.*NODE_EXTRA_CA_CERTS=FILE/),
      refused(`wss://127.0.0.2:${port}`, /stands for other names .*127\.0\.0\.1/, trust),
      refused(`ws://127.0.0.1:${port}`, /speaks TLS: give its address with wss:\/\//),
    ]);
    lockstep(['worker', `wss://127.0.0.1:${port}`, '--name', 'trusting'], { env: trust });
    await secure.line('worker-joined', ({ worker }) => worker === 'trusting');
  });
});
