import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadDataset, loadIdxFolder } from './datasets.ts';
import { refusal } from './testing/refusal.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import {
  folderWith,
  idxFile,
  testImages,
  testLabels,
  tinyFiles,
  trainImages,
  trainLabels,
} from './testing/tiny-dataset.ts';

/** The tiny dataset with `prefix` in front of its names, its test part called `test`. */
const named = (prefix: string, end = ''): Record<string, Uint8Array> => {
  const files = {
    [`${prefix}-train-images-idx3-ubyte`]: trainImages,
    [`${prefix}-train-labels-idx1-ubyte`]: trainLabels,
    [`${prefix}-test-images-idx3-ubyte`]: testImages,
    [`${prefix}-test-labels-idx1-ubyte`]: testLabels,
  };
  if (end === '') return files;
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${name}${end}`, gzipSync(bytes)]));
};

/** QMNIST's labels: rows of eight 32-bit integers, the class first. */
function extendedLabels(...labels: readonly number[]): Buffer {
  const bytes = Buffer.alloc(12 + 32 * labels.length);
  [0x0c02, labels.length, 8].forEach((word, index) => bytes.writeUInt32BE(word, 4 * index));
  labels.forEach((label, row) => {
    bytes.writeInt32BE(label, 12 + 32 * row);
    for (let column = 1; column < 8; column++)
      bytes.writeInt32BE(1000 * row + column, 12 + 32 * row + 4 * column);
  });
  return bytes;
}

function expectTiny(place: string): void {
  const { train, test } = loadIdxFolder(place);
  expect([...train.rows, ...train.labels]).toEqual([1, 2, 3, 4, 1, 0]);
  expect([...test.rows, ...test.labels]).toEqual([9, 8, 1]);
}

describe('a dataset as it is shipped', () => {
  it('is read where each file lies beside a folder that holds it again, as in the archive of MNIST at Kaggle', () => {
    const files: Record<string, Uint8Array> = {};
    for (const [name, bytes] of Object.entries(tinyFiles)) {
      files[name.replace('-idx', '.idx')] = bytes;
      files[`${name}/${name}`] = bytes;
    }
    expectTiny(folderWith(files));
  });

  it('is read where each file lies only in a folder of its name, zipped or not', () => {
    const bare = Object.entries(tinyFiles).map(([name, bytes]) => [`${name}/${name}`, bytes]);
    expectTiny(folderWith(Object.fromEntries(bare) as Record<string, Uint8Array>));
    const zipped = Object.entries(tinyFiles).map(([name, bytes]) => [`${name}/${name}.gz`, gzipSync(bytes)]);
    expectTiny(folderWith(Object.fromEntries(zipped) as Record<string, Uint8Array>));
  });

  it('is read through links to its files, and to its folder', () => {
    const real = folderWith(tinyFiles);
    const links = temporaryFolder();
    for (const name of Object.keys(tinyFiles)) symlinkSync(join(real, name), join(links, name));
    expectTiny(links);
    symlinkSync(real, join(links, 'all'));
    expectTiny(join(links, 'all'));
  });

  it('is read under the names of EMNIST, zipped or not, and says that its images lie on their side', () => {
    for (const end of ['', '.gz']) {
      const folder = folderWith(named('emnist-letters', end));
      expectTiny(folder);
      expect(loadIdxFolder(folder).remarks).toContainEqual(
        expect.stringMatching(/^emnist-letters holds its images with rows and columns exchanged/),
      );
    }
  });

  it("is read under the names of QMNIST, the class from the first of its labels' eight numbers", () => {
    const folder = folderWith({
      'qmnist-train-images-idx3-ubyte': trainImages,
      'qmnist-train-labels-idx2-int': extendedLabels(1, 0),
      'qmnist-train-labels.tsv.gz': new Uint8Array(3),
      'qmnist-test-images-idx3-ubyte': testImages,
      'qmnist-test-labels-idx2-int.gz': gzipSync(extendedLabels(1)),
      'xnist-images-idx3-ubyte.xz': new Uint8Array(3),
    });
    expectTiny(folder);
  });

  it('of several in one folder is the one whose name follows the folder, and without it all are named', () => {
    const folder = folderWith({
      ...named('emnist-letters'),
      ...named('emnist-digits'),
      ...named('emnist-half'),
    });
    rmSync(join(folder, 'emnist-half-test-labels-idx1-ubyte'));
    expectTiny(join(folder, 'emnist-letters'));
    expect(loadIdxFolder(join(folder, 'emnist-letters')).train.name).toBe('emnist-letters train');
    expect(() => loadIdxFolder(folder)).toThrowError(
      refusal('dataset-ambiguous', 'holds 2 datasets', join(folder, 'emnist-digits'), 'emnist-letters'),
    );
    expect(() => loadIdxFolder(join(folder, 'emnist-half'))).toThrowError(
      refusal('dataset-missing', 'lacks emnist-half-test-labels-idx1-ubyte'),
    );
    expect(() => loadIdxFolder(join(folder, 'emnist-other'))).toThrowError(refusal('dataset-missing'));
  });

  it.each([
    ['train-images.idx3-ubyte', 'train-images-idx3-ubyte', trainImages],
    ['train-labels-idx1-ubyte.gz', 'train-labels-idx1-ubyte', trainLabels],
    ['test-images-idx3-ubyte', 't10k-images-idx3-ubyte', testImages],
    ['t10k-labels-idx1-ubyte/t10k-labels.idx1-ubyte.gz', 't10k-labels.idx1-ubyte', testLabels],
  ])('with %s beside %s says which is taken, where they differ', (other, taken, bytes) => {
    const { [taken.replace('.idx', '-idx')]: usual, ...files } = { ...tinyFiles } as Record<
      string,
      Uint8Array
    >;
    const write = (content: Uint8Array): string =>
      folderWith({ ...files, [taken]: usual!, [other]: other.endsWith('.gz') ? gzipSync(content) : content });
    const choices = (folder: string): readonly string[] =>
      loadIdxFolder(folder).remarks.filter((text) => text.includes('is taken'));
    const equal = write(bytes);
    expectTiny(equal);
    expect(choices(equal)).toEqual([]);
    const differing = write(Uint8Array.from(bytes).fill(7, -1));
    expectTiny(differing);
    expect(choices(differing)).toEqual([
      `${join(differing, taken)} is taken, and not ${join(differing, other)}, which does not hold the same: ` +
        'keep the one that is meant alone in the folder',
    ]);
  });

  it('with a second file in the folder of a name says so too, and of one that is damaged', () => {
    const { 'train-images-idx3-ubyte': images, ...files } = tinyFiles;
    const name = 'train-images-idx3-ubyte';
    const folder = folderWith({
      ...files,
      [`${name}/${name}`]: images,
      [`${name}/${name}.gz`]: gzipSync(images).subarray(0, 12),
    });
    expectTiny(folder);
    expect(loadIdxFolder(folder).remarks).toContainEqual(
      expect.stringContaining(`and not ${join(folder, name, name)}.gz, which does not hold the same`),
    );
  });

  it("of MNIST's names among others is taken as ever, and the others are told of", () => {
    const folder = folderWith({ ...tinyFiles, ...named('qmnist') });
    expectTiny(folder);
    expect(loadIdxFolder(folder).remarks).toContainEqual(
      expect.stringContaining(`the others are --dataset ${join(folder, 'qmnist')}`),
    );
  });
});

describe('what has the name of a file and is none', () => {
  it('is passed over where the file is there too', () => {
    const folder = folderWith(tinyFiles);
    for (const name of ['train-images.idx3-ubyte', 'train-labels-idx1-ubyte.gz'])
      mkdirSync(join(folder, name));
    symlinkSync(join(folder, 'nowhere'), join(folder, 't10k-images.idx3-ubyte'));
    execFileSync('mkfifo', [join(folder, 't10k-labels.idx1-ubyte')]);
    expectTiny(folder);
  });

  it('is named with what it is where there is no other', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'train-images-idx3-ubyte'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'train-labels-idx1-ubyte'));
    execFileSync('mkfifo', [join(folder, 't10k-images-idx3-ubyte')]);
    expect(() => loadIdxFolder(folder)).toThrowError(
      refusal(
        'dataset-missing',
        'train-images-idx3-ubyte is a folder without that file in it',
        'train-labels-idx1-ubyte is a link that leads nowhere',
        't10k-images-idx3-ubyte is no plain file',
      ),
    );
  });

  it('is a folder one above the dataset: the message says where it lies', () => {
    const folder = folderWith(
      Object.fromEntries(Object.entries(tinyFiles).map(([name, bytes]) => [`raw/${name}`, bytes])),
    );
    expect(() => loadIdxFolder(folder)).toThrowError(
      refusal('dataset-missing', `did you mean ${join(folder, 'raw')}`),
    );
  });
});

describe('loadIdxFolder', () => {
  it('refuses as many values in another shape', () => {
    const files = {
      'train-images-idx3-ubyte': idxFile(
        [2, 6, 6],
        Array.from({ length: 72 }, (_, i) => i),
      ),
      'train-labels-idx1-ubyte': idxFile([2], [0, 1]),
      't10k-images-idx3-ubyte': idxFile(
        [1, 4, 9],
        Array.from({ length: 36 }, (_, i) => i),
      ),
      't10k-labels-idx1-ubyte': idxFile([1], [1]),
    };
    expect(() => loadIdxFolder(folderWith(files))).toThrowError(
      /^feature-mismatch: .* train has samples of 6 x 6 values and .* test of 4 x 9; give the four files/,
    );
    const flat = {
      ...files,
      't10k-images-idx3-ubyte': idxFile(
        [1, 36],
        Array.from({ length: 36 }, (_, i) => i),
      ),
    };
    expect(() => loadIdxFolder(folderWith(flat))).toThrowError(/6 x 6 values and .* test of 36;/);
  });
});

describe('loadDataset', () => {
  it(
    'takes mnist for the package, and says so where a folder of that name is a dataset',
    { timeout: 60_000 },
    () => {
      expect(loadDataset('mnist').remarks).toEqual([]);
      const before = process.cwd();
      try {
        process.chdir(
          folderWith(Object.fromEntries(Object.entries(tinyFiles).map(([k, v]) => [`mnist/${k}`, v]))),
        );
        expect(loadDataset('mnist')).toMatchObject({
          train: { rowCount: 60_000 },
          remarks: [expect.stringContaining('--dataset ./mnist')],
        });
        expectTiny('./mnist');
      } finally {
        process.chdir(before);
      }
    },
  );
});
