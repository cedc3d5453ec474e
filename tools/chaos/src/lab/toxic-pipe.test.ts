import { once } from 'node:events';
import type { Socket } from 'node:net';
import { PassThrough, Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { ToxicPipe } from './toxic-pipe.ts';
import { harmless } from './toxic-proxy.ts';

/** Sockets may join what was written apart, so the cuts are looked for where they are made. */
it('a pipe writes in pieces as long as it is told, the last one shorter', async () => {
  const lengths: number[] = [];
  const target = new Writable({
    write(bytes: Buffer, _encoding, done) {
      lengths.push(bytes.length);
      done();
    },
  });
  const source = new PassThrough();
  const toxics = { ...harmless(), sliceBytes: 3 };
  new ToxicPipe(source as unknown as Socket, target as unknown as Socket, toxics, () => 0.5);
  source.end(Buffer.alloc(1000));
  await once(target, 'finish');
  expect(lengths).toEqual([...Array.from({ length: 333 }, () => 3), 1]);
});
