import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { asksForMemory, createSharedSlots, memoryHeaders, openSharedSlots } from './index.ts';
import { memoryFile, memoryFolder, removeLeftovers } from './memory-folder.ts';

const FRAME_BYTES = 100_000;
const isHere =
  (await createSharedSlots(FRAME_BYTES).then((slots) => (slots?.release(), slots))) !== undefined;

/** Why these tests cannot run where they cannot. */
const reason = isHere
  ? ''
  : ' [skipped: no memory can be shared here: it wants /dev/shm, and a C compiler when Lockstep is built (Debian: gcc, libc6-dev)]';

describe.runIf(isHere)(`memory of a coordinator and a worker of one machine${reason}`, () => {
  it('is the same memory for both, and its file is gone when both have it', async () => {
    const made = (await createSharedSlots(FRAME_BYTES))!;
    const file = memoryFile(memoryFolder()!, made.name)!;
    expect(existsSync(file)).toBe(true);
    const opened = (await openSharedSlots({ name: made.name, slotBytes: made.outgoing.byteLength }))!;
    expect(existsSync(file)).toBe(false);
    const frame = Uint8Array.from({ length: FRAME_BYTES }, (_, i) => i & 0xff);
    for (const [from, to] of [
      [made, opened],
      [opened, made],
    ] as const) {
      const slot = from.outgoing.put(frame)!;
      expect(Buffer.compare(to.incoming.take(slot, frame.length)!, frame)).toBe(0);
    }
    for (const slots of [made, opened]) slots.release();
  });

  it('reads as zeros after it was given back, and ends nothing', async () => {
    const made = (await createSharedSlots(FRAME_BYTES))!;
    made.outgoing.put(new Uint8Array(FRAME_BYTES).fill(7));
    made.release();
    expect(made.incoming.take(0, 8)).toBeUndefined();
    expect(made.outgoing.put(Uint8Array.of(1))).toBe(0);
  });

  it('is not opened under a name that leads elsewhere, that is not there, or with another length', async () => {
    const made = (await createSharedSlots(FRAME_BYTES))!;
    const slotBytes = made.outgoing.byteLength;
    for (const name of ['../etc/passwd', '', `1-${'0'.repeat(32)}`]) {
      expect(await openSharedSlots({ name, slotBytes })).toBeUndefined();
    }
    expect(await openSharedSlots({ name: made.name, slotBytes: 2 * slotBytes })).toBeUndefined();
    made.release();
  });

  it('is not made for frames so short that they travel as well, nor for ones longer than memory is', async () => {
    expect(await createSharedSlots(1000)).toBeUndefined();
    expect(await createSharedSlots(2 ** 40)).toBeUndefined();
  });
});

describe('the folder of the memory', () => {
  const parent = mkdtempSync(path.join(tmpdir(), 'lockstep-memory-'));
  afterAll(() => rmSync(parent, { recursive: true }));

  it('is for its user alone, or is not used', () => {
    const folder = memoryFolder(parent)!;
    expect(readdirSync(parent)).toHaveLength(1);
    chmodSync(folder, 0o755);
    expect(memoryFolder(parent)).toBeUndefined();
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file');
    expect(memoryFolder(parent)).toBeUndefined();
    rmSync(folder);
    expect(memoryFolder(path.join(parent, 'missing'))).toBeUndefined();
  });

  it('loses what was left by processes that are gone, and nothing else', () => {
    const folder = path.join(parent, 'leftovers');
    mkdirSync(folder);
    const [gone, own] = [`4194305-${'a'.repeat(32)}`, `${process.pid}-${'b'.repeat(32)}`];
    for (const name of [gone, own, 'something else']) writeFileSync(path.join(folder, name), '');
    removeLeftovers(folder);
    expect(readdirSync(folder).sort()).toEqual([own, 'something else'].sort());
  });
});

describe('asking for memory', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it('is done on the way to an address of this machine only', () => {
    for (const url of ['ws://127.0.0.1:7070', 'ws://localhost:7070', 'wss://[::1]:7070']) {
      expect(asksForMemory(memoryHeaders(url), '127.0.0.1')).toBe(true);
    }
    expect(memoryHeaders('ws://192.168.1.7:7070')).toEqual({});
    expect(memoryHeaders('ws://127.example.org:7070')).toEqual({});
  });

  it('is heard from an address of this machine only', () => {
    const headers = memoryHeaders('ws://localhost');
    for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1'])
      expect(asksForMemory(headers, address)).toBe(true);
    for (const address of ['192.168.1.7', '::ffff:10.0.0.1', 'unknown'])
      expect(asksForMemory(headers, address)).toBe(false);
    expect(asksForMemory({}, '127.0.0.1')).toBe(false);
  });

  it('is neither done nor heard where it is turned off', () => {
    const headers = memoryHeaders('ws://localhost');
    vi.stubEnv('LOCKSTEP_SHARED_MEMORY', 'off');
    expect(memoryHeaders('ws://localhost')).toEqual({});
    expect(asksForMemory(headers, '127.0.0.1')).toBe(false);
  });
});
