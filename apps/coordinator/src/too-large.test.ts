import { madeUpConfig } from '@lockstep/config/testing';
import { Trainer } from '@lockstep/shell';
import { describe, expect, it } from 'vitest';
import { refuseTooLarge } from './too-large.ts';

const config = madeUpConfig({ sizes: [6, 2000, 3], batchSize: 512 });
const needed = (batchSize: number): number => Trainer.heapBytes({ ...config, batchSize });

describe('a mini-batch that does not fit into memory', () => {
  it('is refused before training, with the largest that would fit', () => {
    const coordinatorBytes = needed(100);
    expect(() => refuseTooLarge(config, { coordinatorBytes, workerBytes: Infinity })).toThrowError(
      /a mini-batch of 512 rows is too large: this process would need \d+ MiB .*the largest that fits is --batch-size 100$/,
    );
  });

  it('is refused also where only a worker lacks the memory, or where no mini-batch fits', () => {
    expect(() => refuseTooLarge(config, { coordinatorBytes: Infinity, workerBytes: 2 ** 20 })).toThrowError(
      /a worker would need .* and can have 1 MiB; no mini-batch would fit: make its layers smaller/,
    );
  });

  it('is let through where it fits', () => {
    refuseTooLarge(config, { coordinatorBytes: needed(512), workerBytes: 2 ** 32 });
    refuseTooLarge(config);
  });
});
