import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { describe, expect, it, vi } from 'vitest';
import { removeStaleTemporaries, writeFileAtomically } from './atomic-write.ts';
import { listCheckpoints } from './checkpoint-files.ts';
import { refusal } from './testing/refusal.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

/** For tests that start processes, which a busy machine may let wait. */
const PATIENT = { timeout: 60_000 };

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A script that imports the writer as a process of its own would. */
async function scriptWith(folder: string, body: string): Promise<string> {
  await build({
    entryPoints: [join(import.meta.dirname, 'atomic-write.ts')],
    outfile: join(folder, 'atomic-write.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
  const script = join(folder, 'script.mjs');
  writeFileSync(script, `import { writeFileAtomically } from './atomic-write.mjs';\n${body}`);
  return script;
}

describe('writeFileAtomically', () => {
  it('writes a whole file, and replaces one', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'final.safetensors');
    await writeFileAtomically(path, bytes('first'));
    expect(readFileSync(path, 'utf8')).toBe('first');
    await writeFileAtomically(path, [bytes('sec'), bytes(''), bytes('ond')]);
    expect(readFileSync(path, 'utf8')).toBe('second');
    expect(readdirSync(folder)).toEqual(['final.safetensors']);
  });

  it('keeps writers to one path apart', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'file');
    const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(100_000));
    await Promise.all(texts.map((text) => writeFileAtomically(path, bytes(text))));
    expect(texts).toContain(readFileSync(path, 'utf8'));
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('leaves the old file and no temporary when its content fails half-way', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'file');
    writeFileSync(path, 'old');
    function* failing(): Generator<Uint8Array> {
      yield bytes('half');
      throw new Error('no more');
    }
    await expect(writeFileAtomically(path, failing())).rejects.toThrowError(
      refusal('write-failed', path, 'no more'),
    );
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('tells a full disk apart, keeps the cause, and leaves the old file', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'file');
    writeFileSync(path, 'old');
    const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const handle = await open(path);
    const sync = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'sync').mockRejectedValueOnce(full);
    await expect(writeFileAtomically(path, bytes('new'))).rejects.toMatchObject({
      code: 'disk-full',
      cause: full,
    });
    sync.mockRestore();
    await handle.close();
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('names the path when its folder is not there, or when it is a folder', async () => {
    const folder = temporaryFolder();
    const missing = join(folder, 'nowhere', 'file');
    await expect(writeFileAtomically(missing, bytes('x'))).rejects.toThrowError(
      refusal('write-failed', missing, 'ENOENT'),
    );
    mkdirSync(join(folder, 'taken'));
    await expect(writeFileAtomically(join(folder, 'taken'), bytes('x'))).rejects.toThrowError(
      refusal('write-failed', 'taken'),
    );
    expect(readdirSync(folder)).toEqual(['taken']);
  });

  it.each([0, 1, 3])(
    'leaves the last good file when its process dies after %d parts',
    PATIENT,
    async (parts) => {
      const folder = temporaryFolder();
      const run = join(folder, 'run');
      mkdirSync(run);
      const good = join(run, 'step-000001.safetensors');
      const target = join(run, 'step-000002.safetensors');
      writeFileSync(good, 'good');
      writeFileSync(target, 'whole');
      const script = await scriptWith(
        folder,
        `function* parts() {
        for (let i = 0; i < ${parts}; i++) yield new Uint8Array(100_000).fill(65);
        process.kill(process.pid, 'SIGKILL');
      }
      await writeFileAtomically(process.argv[2], parts());`,
      );
      expect(spawnSync(process.execPath, [script, target]).signal).toBe('SIGKILL');
      expect(readFileSync(target, 'utf8')).toBe('whole');
      expect(listCheckpoints(run).map((file) => file.step)).toEqual([2, 1]);
      expect(readdirSync(run)).toHaveLength(3);
      expect(await removeStaleTemporaries(run)).toHaveLength(1);
      expect(readdirSync(run)).toEqual(['step-000001.safetensors', 'step-000002.safetensors']);
    },
  );

  it('leaves a whole file whenever its process is killed', PATIENT, async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'file');
    const script = await scriptWith(
      folder,
      `for (let version = 0; ; version++) {
        await writeFileAtomically(process.argv[2], new Uint8Array(300_000).fill(version & 0xff));
        process.stdout.write('written\\n');
      }`,
    );
    for (let kill = 1; kill <= 5; kill++) {
      const child = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
      let written = 0;
      for await (const line of createInterface({ input: child.stdout })) {
        expect(line).toBe('written');
        if (++written === kill) child.kill('SIGKILL');
      }
      if (child.signalCode === null && child.exitCode === null) await once(child, 'exit');
      const content = readFileSync(path);
      expect(content).toHaveLength(300_000);
      expect(content.every((byte) => byte === content[0])).toBe(true);
    }
  });
});

describe('removeStaleTemporaries', () => {
  it('removes what killed writers left and nothing else', async () => {
    const folder = temporaryFolder();
    const kept = ['.hidden', '.lockstep-tmp', 'a.lockstep-tmp', 'final.safetensors', 'notes.tmp'];
    const stale = ['.final.safetensors.0123456789abcdef.lockstep-tmp', '.a.ffffffffffffffff.lockstep-tmp'];
    for (const name of [...kept, ...stale]) writeFileSync(join(folder, name), '');
    expect((await removeStaleTemporaries(folder)).toSorted()).toEqual(stale.toSorted());
    expect(readdirSync(folder).toSorted()).toEqual(kept.toSorted());
  });

  it('says which folder it could not clean', async () => {
    const missing = join(temporaryFolder(), 'nowhere');
    await expect(removeStaleTemporaries(missing)).rejects.toThrowError(refusal('write-failed', missing));
  });
});
