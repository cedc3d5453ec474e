import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What to leave sound, and what to bend, of a made-up dataset. */
export interface MadeUp {
  /** Height and width of the training and of the test images. */
  readonly trainShape?: readonly [number, number];
  readonly testShape?: readonly [number, number];
  readonly trainLabels?: readonly number[];
  readonly testLabels?: readonly number[];
  /** What the rows are to come to in place of the classes: three labels each, or two numbers. */
  readonly target?: 'labels' | 'numbers';
  /** Another number makes other test images. */
  readonly testSeed?: number;
  /** The name of a file from MNIST's own. */
  rename?(name: string): string;
}

/** The bytes of an IDX file of unsigned bytes. */
function idxFile(shape: readonly number[], values: readonly number[]): Buffer {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.writeUInt32BE(0x0800 + shape.length);
  shape.forEach((size, axis) => header.writeUInt32BE(size, 4 + 4 * axis));
  return Buffer.concat([header, Buffer.from(values)]);
}

/** Three labels a row, or two numbers, in their files' form. */
function targetFile(target: 'labels' | 'numbers', rows: number, seed: number): Buffer {
  if (target === 'labels')
    return idxFile(
      [rows, 3],
      pixels(rows * 3, seed).map((pixel) => pixel % 2),
    );
  const file = Buffer.alloc(12 + 8 * rows);
  [0x0d02, rows, 2].forEach((word, index) => file.writeUInt32BE(word, 4 * index));
  pixels(rows * 2, seed).forEach((pixel, index) => file.writeFloatBE((pixel - 100) / 7, 12 + 4 * index));
  return file;
}

const cycle = (count: number, classes: number): number[] =>
  Array.from({ length: count }, (_, i) => i % classes);

/** Pixels that look as chance would have them, the same for a seed. */
function pixels(count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state >>> 24;
  });
}

/** Writes a dataset of 60 training and 20 test images into `folder`, which is made. */
export function madeUpDataset(folder: string, changes: MadeUp = {}): string {
  const {
    trainShape = [6, 6],
    testShape = [6, 6],
    trainLabels = cycle(60, 4),
    testLabels = cycle(20, 4),
    target,
  } = changes;
  const { testSeed = 2, rename = (name) => name } = changes;
  const images = (count: number, [height, width]: readonly [number, number], seed: number): Buffer =>
    idxFile([count, height, width], pixels(count * height * width, seed));
  const labels = (given: readonly number[], seed: number): Buffer =>
    target === undefined ? idxFile([given.length], given) : targetFile(target, given.length, seed);
  const files = {
    'train-images-idx3-ubyte': images(trainLabels.length, trainShape, 1),
    'train-labels-idx1-ubyte': labels(trainLabels, 3),
    't10k-images-idx3-ubyte': images(testLabels.length, testShape, testSeed),
    't10k-labels-idx1-ubyte': labels(testLabels, 4),
  };
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(folder, rename(name));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  return folder;
}
