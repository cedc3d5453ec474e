import { FolderCheckpoints, listCheckpoints, nextTerm, writeFileAtomically } from '@lockstep/storage';
import { describe, expect, it } from 'vitest';
import { Dice } from '../world/dice.ts';
import { Host } from '../world/host.ts';
import { World } from '../world/world.ts';
import { Disk, FOLDER } from './disk.ts';

interface Machine {
  readonly world: World;
  readonly disk: Disk;
  /** A process on the machine. */
  start(): { readonly host: Host; readonly files: ReturnType<Disk['filesOf']> };
}

function machine(seed: number): Machine {
  const world = new World();
  const disk = new Disk(new Dice(seed, 1));
  return {
    world,
    disk,
    start() {
      const host = new Host(world, 'writer');
      return { host, files: disk.filesOf(host) };
    },
  };
}

const settle = async <Result>(world: World, promise: Promise<Result>): Promise<Result> => {
  let isSettled = false;
  const result = promise.finally(() => (isSettled = true));
  result.catch(() => undefined);
  await world.run(() => isSettled, Infinity);
  return result;
};

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytes = (content: string): Uint8Array => new TextEncoder().encode(content);

describe('the simulated disk', () => {
  it('keeps what was written durably when the power is lost at any moment, old or new, never torn', async () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 200; seed++) {
      const { world, disk, start } = machine(seed);
      const first = start();
      await settle(world, writeFileAtomically(`${FOLDER}/file`, bytes('old'.repeat(9)), first.files));
      const second = start();
      void writeFileAtomically(`${FOLDER}/file`, bytes('new'.repeat(9)), second.files).catch(() => undefined);
      const lostAt = world.now + ((seed * 131) % 12_000);
      world.after(lostAt - world.now, () => undefined);
      await world.run(() => world.now >= lostAt, Infinity);
      second.host.end();
      disk.losePower();
      seen.add(text(start().files.read(`${FOLDER}/file`)));
    }
    expect([...seen].sort()).toEqual(['new'.repeat(9), 'old'.repeat(9)]);
  });

  it('loses or tears what a careless writer renames without syncing it', async () => {
    const seen = new Set<string>();
    for (let seed = 1; seed <= 200; seed++) {
      const { world, disk, start } = machine(seed);
      const { files } = start();
      const careless = async (): Promise<void> => {
        const handle = await files.open(`${FOLDER}/temporary`, 'wx');
        await handle.writeFile(bytes('whole'));
        await handle.close();
        await files.rename(`${FOLDER}/temporary`, `${FOLDER}/file`);
      };
      await settle(world, careless());
      expect(text(files.read(`${FOLDER}/file`))).toBe('whole');
      disk.losePower();
      seen.add(disk.files.includes('file') ? text(files.read(`${FOLDER}/file`)) : 'gone');
    }
    expect(seen).toContain('gone');
    expect(seen).toContain('');
    expect(seen).toContain('who');
  });

  it('loses nothing that was written when only the process dies', async () => {
    const { world, start } = machine(3);
    const first = start();
    const checkpoints = new FolderCheckpoints(FOLDER, { files: first.files });
    for (const step of [10, 20, 30]) await settle(world, checkpoints.save(step, bytes(`step ${step}`)));
    first.host.end();
    const { files } = start();
    expect(listCheckpoints(FOLDER, files).map(({ step }) => step)).toEqual([30, 20, 10]);
    expect(await settle(world, nextTerm(FOLDER, 4, files))).toBe(5);
    expect(await settle(world, nextTerm(FOLDER, 0, files))).toBe(6);
  });

  it('refuses writes while it is full, and keeps what it has', async () => {
    const { world, disk, start } = machine(4);
    const { files } = start();
    const checkpoints = new FolderCheckpoints(FOLDER, { files });
    await settle(world, checkpoints.save(1, bytes('good')));
    disk.isFull = true;
    await expect(settle(world, checkpoints.save(2, bytes('more')))).rejects.toMatchObject({
      code: 'disk-full',
    });
    expect(disk.files).toEqual(['step-000001.safetensors']);
    disk.isFull = false;
    await settle(world, checkpoints.save(2, bytes('more')));
    expect(disk.files).toHaveLength(2);
    expect(disk.wasFull).toBe(true);
  });

  it('flips one bit of a file, and gives it back', async () => {
    const { world, disk, start } = machine(5);
    const { files } = start();
    await settle(world, writeFileAtomically(`${FOLDER}/file`, bytes('content'), files));
    disk.damage('file');
    expect(disk.isDamaged('file')).toBe(true);
    const damaged = files.read(`${FOLDER}/file`);
    const differing = bytes('content').map((byte, index) => byte ^ damaged[index]!);
    const bits = [...differing].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
    expect(bits).toBe(1);
    disk.restore('file');
    expect(disk.isDamaged('file')).toBe(false);
    expect(text(files.read(`${FOLDER}/file`))).toBe('content');
  });
});
