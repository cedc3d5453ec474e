import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mapSharedMemory } from '@lockstep/math-native';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { asksForMemory, createSharedSlots, memoryHeaders, openSharedSlots } from './index.ts';
import { memoryPath } from './memory-name.ts';
import { planSlots } from './slot-plan.ts';

const FRAME_BYTES = 100_000;
const isHere =
  (await createSharedSlots(FRAME_BYTES).then((slots) => (slots?.release(), slots))) !== undefined;

/** Why these tests cannot run where they cannot. */
const reason = isHere
  ? ''
  : ' [skipped: no memory can be shared here: it wants Linux, and a C compiler when Lockstep is built (Debian: gcc, libc6-dev)]';

describe.runIf(isHere)(`memory of a coordinator and a worker of one machine${reason}`, () => {
  it('is the same memory for both, and has no name in any folder', async () => {
    const made = (await createSharedSlots(FRAME_BYTES))!;
    const opened = (await openSharedSlots({ name: made.name, slotBytes: made.outgoing.byteLength }))!;
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

  it('cannot be made shorter or longer by anybody, also not by another process of the same user', async () => {
    const made = (await createSharedSlots(FRAME_BYTES))!;
    const path = memoryPath(made.name)!;
    const { size } = statSync(path);
    const script = `
      const { openSync, ftruncateSync, writeSync } = require('node:fs');
      const file = openSync(process.argv[1], 'r+');
      const codes = [0, 4096, ${size} - 1, ${size} + 1].map((length) => {
        try { ftruncateSync(file, length); return 'done'; } catch (error) { return error.code; }
      });
      console.log(codes.join());`;
    const codes = execFileSync(process.execPath, ['-e', script, path], { encoding: 'utf8' });
    expect(codes.trim()).toBe('EPERM,EPERM,EPERM,EPERM');
    expect(statSync(path).size).toBe(size);
    expect(made.outgoing.put(new Uint8Array(FRAME_BYTES).fill(7))).toBe(0);
    made.release();
  });

  it('is not opened when it is gone, and its number belongs to something else', async () => {
    const made = (await createSharedSlots(FRAME_BYTES))!;
    const { name } = made;
    const slotBytes = made.outgoing.byteLength;
    made.release();
    const other = (await createSharedSlots(FRAME_BYTES))!;
    expect(await openSharedSlots({ name, slotBytes })).toBeUndefined();
    other.release();
  });

  it('is not opened where its length could be changed', async () => {
    const plan = planSlots(FRAME_BYTES)!;
    // What is not sealed is a file like any other here.
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'lockstep-memory-')), 'memory');
    writeFileSync(file, new Uint8Array(plan.bytes));
    expect(await mapSharedMemory(file, plan.bytes)).toBeUndefined();
    rmSync(path.dirname(file), { recursive: true });
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
    for (const name of ['../etc/passwd', '', `1-5-${'0'.repeat(32)}`]) {
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
