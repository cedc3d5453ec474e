import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

export const trainImages = Buffer.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4]);
export const trainLabels = Buffer.from([0, 0, 8, 1, 0, 0, 0, 2, 1, 0]);
export const testImages = Buffer.from([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 9, 8]);
export const testLabels = Buffer.from([0, 0, 8, 1, 0, 0, 0, 1, 1]);

/** Two training rows and one test row of 1 x 2 bytes, under MNIST's names. */
export const tinyFiles = {
  'train-images-idx3-ubyte': trainImages,
  'train-labels-idx1-ubyte': trainLabels,
  't10k-images-idx3-ubyte': testImages,
  't10k-labels-idx1-ubyte': testLabels,
};

/** Writes files, by their paths below `folder`, and the folders that they lie in. */
export function folderWith(files: Readonly<Record<string, Uint8Array>>, folder = temporaryFolder()): string {
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  return folder;
}

/** The bytes of an IDX file of unsigned bytes. */
export function idxFile(shape: readonly number[], values: readonly number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt32BE(0x0800 + shape.length);
  shape.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([header, Buffer.from(values)]);
}
