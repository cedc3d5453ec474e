import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';
import { nextTerm } from '../term.ts';
import { refusal } from '../testing/refusal.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { lockFolder, type FolderLock, type FolderLockOptions } from './folder-lock.ts';
import { findLocks } from './lock-file.ts';
import { stateOf, thisProcess, type ProcessIdentity } from './process-identity.ts';

/** For tests that start processes, which a busy machine may let wait. */
const PATIENT = { timeout: 60_000 };

const elsewhere: ProcessIdentity = { host: 'elsewhere', pid: 1 };

/** Takes `folder` until the test ends. */
async function take(
  folder: string,
  options: Partial<FolderLockOptions> = {},
): Promise<{ readonly lock: FolderLock; readonly said: readonly string[] }> {
  const said: string[] = [];
  const lock = await lockFolder(folder, { say: (text) => void said.push(text), beatMs: 20, ...options });
  onTestFinished(() => lock.release());
  return { lock, said };
}

const locksIn = (folder: string): string[] => readdirSync(folder).filter((name) => name.startsWith('lock'));

/** A file beside `path`, which a link may lead to. */
function writtenBeside(path: string): string {
  writeFileSync(`${path}-elsewhere`, '{}');
  return `${path}-elsewhere`;
}

/** Lets the first lock in `folder` look like one that this process took and left behind, with these changes. */
async function leave(folder: string, changes: Readonly<Record<string, unknown>>): Promise<void> {
  const { lock } = await take(folder);
  const content = JSON.parse(readFileSync(join(folder, 'lock'), 'utf8')) as object;
  lock.release();
  writeFileSync(join(folder, 'lock'), JSON.stringify({ ...content, ...changes }));
}

describe('lockFolder', () => {
  it('gives a folder to one, and to the next when it lets go', async () => {
    const folder = temporaryFolder();
    const { lock, said } = await take(folder);
    lock.assertMine();
    expect(locksIn(folder)).toEqual(['lock']);
    await expect(take(folder)).rejects.toEqual(
      refusal('locked', folder, `process ${process.pid}`, `kill ${process.pid}`, 'give another --out'),
    );
    lock.release();
    lock.release();
    expect(locksIn(folder)).toEqual([]);
    await take(folder);
    expect(said).toEqual([]);
  });

  it('shows who has it, and signs of life', async () => {
    const folder = temporaryFolder();
    await take(folder);
    const [first] = findLocks(folder);
    expect(first?.holder?.process).toEqual(thisProcess());
    await expect.poll(() => findLocks(folder)[0]?.content).not.toBe(first?.content);
    expect(Date.parse(findLocks(folder)[0]!.heartbeat!)).toBeGreaterThanOrEqual(
      Date.parse(first!.holder!.began),
    );
  });

  it('gives signs of life while its process is busy', PATIENT, async () => {
    const folder = temporaryFolder();
    await take(folder);
    await expect.poll(() => findLocks(folder)[0]?.content).not.toContain('"000000000000000"');
    const before = findLocks(folder)[0]!.content;
    const until = performance.now() + 30_000;
    while (findLocks(folder)[0]!.content === before && performance.now() < until);
    expect(findLocks(folder)[0]!.content).not.toBe(before);
  });

  it('takes over, aloud and at once, from a process that is gone', async () => {
    const folder = temporaryFolder();
    const child = spawn(process.execPath, ['-e', '']);
    await once(child, 'exit');
    await leave(folder, { pid: child.pid });
    const { lock, said } = await take(folder);
    expect(said).toEqual([
      expect.stringMatching(new RegExp(`^takes over ${folder} from process ${child.pid} .*: it is gone$`)),
    ]);
    expect(locksIn(folder)).toEqual(['lock.2']);
    lock.release();
    expect(locksIn(folder)).toEqual([]);
  });

  it.runIf(thisProcess().boot !== undefined)(
    'takes over from a process whose number another has by now',
    async () => {
      const folder = temporaryFolder();
      await leave(folder, { startTicks: '1' });
      expect((await take(folder)).said).toEqual([expect.stringMatching(/: it is gone$/)]);
    },
  );

  it.each([
    ['another machine', { boot: 'b', host: 'elsewhere' }],
    ['another machine of the same name', { boot: 'b' }],
    ['another container of the same name, which has the same number', { pidNamespace: 'pid:[1]' }],
    ['a machine that tells little', { boot: undefined, pidNamespace: undefined, startTicks: undefined }],
  ])('waits for a sign of life from %s, and takes over when there is none', async (_who, changes) => {
    const folder = temporaryFolder();
    await leave(folder, changes);
    const { said } = await take(folder, { silenceMs: 100 });
    expect(said).toEqual([
      expect.stringMatching(/is locked by process .*: waiting 0\.1 s for a sign of life from it$/),
      expect.stringMatching(/^takes over .*: it gave no sign of life for 0\.1 s$/),
    ]);
  });

  it('refuses when there is a sign of life from elsewhere', async () => {
    const folder = temporaryFolder();
    await take(folder, { me: elsewhere });
    await expect(take(folder, { silenceMs: 10_000 })).rejects.toEqual(
      refusal('locked', folder, 'process 1 on elsewhere'),
    );
  });

  it('takes over a lock that nobody can read, once nobody writes it', async () => {
    for (const content of ['', '{"format":', '{"format":"lockstep-lock-9"}', 'mine']) {
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'lock'), content);
      const { said } = await take(folder, { silenceMs: 60 });
      expect(said.at(-1)).toContain('from somebody whose lock cannot be read: it gave no sign of life');
    }
  });

  it('tells a holder that was taken over from, whatever it is about to do', async () => {
    const folder = temporaryFolder();
    // Its beat is too slow for whoever waits: as if it was stopped.
    const { lock: first } = await take(folder, { me: elsewhere, beatMs: 60_000 });
    const { lock: second } = await take(folder, { silenceMs: 60 });
    expect(() => first.assertMine()).toThrowError(
      refusal('lock-lost', `${folder} was taken over by process ${process.pid}`),
    );
    await expect(first.lost).resolves.toEqual(refusal('lock-lost'));
    first.release();
    second.assertMine();
    expect(locksIn(folder)).toEqual(['lock.2']);
    second.release();
    const { lock: third } = await take(folder);
    expect(() => first.assertMine()).not.toThrow(); // it let go, and holds nothing that it could have lost
    third.assertMine();
  });

  it('notices by itself that it was taken over from', async () => {
    const folder = temporaryFolder();
    const { lock } = await take(folder);
    writeFileSync(join(folder, 'lock.2'), 'somebody');
    await expect(lock.lost).resolves.toEqual(refusal('lock-lost', 'somebody whose lock cannot be read'));
    expect(() => lock.assertMine()).toThrowError(refusal('lock-lost'));
  });

  it('tells a holder that was taken over from by somebody who is done already', async () => {
    const folder = temporaryFolder();
    const { lock: first } = await take(folder, { me: elsewhere, beatMs: 60_000 });
    first.began(await nextTerm(folder, 0));
    const { lock: second } = await take(folder, { silenceMs: 60 });
    await nextTerm(folder, 0);
    second.release();
    expect(() => first.assertMine()).toThrowError(
      refusal('lock-lost', `${folder} was taken over by the start with term 2, which is over`),
    );
    expect(locksIn(folder)).toEqual([]);
  });

  it('keeps a folder whose lock was removed by hand', async () => {
    const folder = temporaryFolder();
    const { lock } = await take(folder);
    lock.began(await nextTerm(folder, 0));
    unlinkSync(join(folder, 'lock'));
    lock.assertMine();
    expect(locksIn(folder)).toEqual(['lock']);
    await expect(take(folder)).rejects.toEqual(refusal('locked', folder));
  });

  it('does not take other files for locks', async () => {
    const folder = temporaryFolder();
    for (const name of ['lock.1', 'lock.txt', 'lock.0', 'lock.2.bak', 'package-lock']) {
      writeFileSync(join(folder, name), '');
    }
    const { said } = await take(folder);
    expect(said).toEqual([]);
    expect(() => mkdirSync(join(folder, 'lock'))).toThrow(/EEXIST/);
  });

  it.each<[what: string, put: (path: string) => void]>([
    ['a symbolic link', (path) => symlinkSync('nowhere', path)],
    ['a symbolic link', (path) => symlinkSync(writtenBeside(path), path)],
    ['a folder', (path) => mkdirSync(path)],
  ])('says that %s lies in the place of the lock, and what to do', async (what, put) => {
    for (const name of ['lock', 'lock.2']) {
      const folder = temporaryFolder();
      const path = join(folder, name);
      put(path);
      await expect(take(folder)).rejects.toEqual(refusal('bad-lock', `${path} is ${what}`, 'remove it'));
    }
  });

  it.runIf(process.platform === 'linux')('does not wait at a pipe in its place', async () => {
    const folder = temporaryFolder();
    execFileSync('mkfifo', [join(folder, 'lock')]);
    await expect(take(folder)).rejects.toEqual(refusal('bad-lock', 'no plain file', 'remove it'));
  });

  it('says so where no lock can be made', async () => {
    await expect(take(join(temporaryFolder(), 'nowhere'))).rejects.toEqual(refusal('write-failed', 'lock'));
  });
});

describe('processes that want one folder', () => {
  /** Takes a folder, says so, works for a moment and lets go. */
  const SCRIPT = `
    import { writeFileSync, unlinkSync } from 'node:fs';
    import { lockFolder } from './folder-lock.mjs';
    const [, , folder, heldMs] = process.argv;
    try {
      const lock = await lockFolder(folder, { say: (text) => process.stderr.write(text + '\\n') });
      writeFileSync(folder + '/inside', String(process.pid), { flag: 'wx' });
      process.stdout.write('has it\\n');
      await new Promise((resolve) => setTimeout(resolve, Number(heldMs)));
      lock.assertMine();
      unlinkSync(folder + '/inside');
      process.exit(0);
    } catch (error) {
      process.stdout.write(error.code + '\\n');
      process.exit(1);
    }`;

  async function scriptIn(folder: string): Promise<string> {
    await build({
      entryPoints: [join(import.meta.dirname, 'folder-lock.ts')],
      outfile: join(folder, 'folder-lock.mjs'),
      ...{ bundle: true, platform: 'node', format: 'esm', logLevel: 'silent' },
    });
    writeFileSync(join(folder, 'script.mjs'), SCRIPT);
    return join(folder, 'script.mjs');
  }

  const start = (script: string, folder: string, heldMs: number): ChildProcess => {
    const child = spawn(process.execPath, [script, folder, String(heldMs)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    return child;
  };

  const firstLine = async (child: ChildProcess): Promise<string> => {
    for await (const line of createInterface({ input: child.stdout! })) return line;
    return '';
  };

  it('get it one at a time, also from one that was killed', PATIENT, async () => {
    const tools = temporaryFolder();
    const script = await scriptIn(tools);
    const folder = temporaryFolder();
    for (let round = 0; round < 3; round++) {
      const dead = start(script, folder, 60_000);
      expect(await firstLine(dead)).toBe('has it');
      dead.kill('SIGKILL');
      await once(dead, 'exit');
      unlinkSync(join(folder, 'inside'));
      const rivals = Array.from({ length: 5 }, () => start(script, folder, 1500));
      const lines = await Promise.all(rivals.map(firstLine));
      expect(lines.toSorted()).toEqual(['has it', 'locked', 'locked', 'locked', 'locked']);
      const ends = await Promise.all(rivals.map((rival) => exitOf(rival)));
      expect(ends.filter((status) => status === 0)).toHaveLength(1);
      expect(locksIn(folder)).toEqual([]);
    }
  });

  it.runIf(thisProcess().boot !== undefined)(
    'are told of one that is stopped, which keeps it',
    PATIENT,
    async () => {
      const script = await scriptIn(temporaryFolder());
      const folder = temporaryFolder();
      const holder = start(script, folder, 60_000);
      expect(await firstLine(holder)).toBe('has it');
      holder.kill('SIGSTOP');
      const { process: of } = findLocks(folder)[0]!.holder!;
      await expect.poll(() => stateOf(of, thisProcess())).toBe('stopped');
      await delay(50);
      await expect(take(folder)).rejects.toEqual(
        refusal('locked', 'it is stopped: let it go on', `kill -CONT ${holder.pid}`),
      );
    },
  );
});

async function exitOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}
