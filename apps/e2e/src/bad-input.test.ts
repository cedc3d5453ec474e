import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockstep, temporaryFolder, type Running } from './testing/processes.ts';

/** Exits with `status`, one clear sentence on standard error, and no stack trace. */
async function expectFailure(running: Running, status: number, text: RegExp): Promise<void> {
  expect({ status: await running.exit, stderr: running.stderr }).toEqual({
    status,
    stderr: expect.stringMatching(text) as string,
  });
  expect(running.stderr).not.toMatch(/^\s+at /m);
}

const train = (...args: string[]): Running =>
  lockstep([
    'train',
    '--workers',
    '0',
    '--max-steps',
    '2',
    '--format',
    'json',
    '--out',
    join(temporaryFolder(), 'run'),
    ...args,
  ]);

describe('help', () => {
  it.each([
    [['help'], /Usage: lockstep COMMAND [^]* train [^]* worker /],
    [['help', 'train'], /Usage: lockstep train [^]*--batch-size/],
    [['train', '--help'], /Usage: lockstep train [^]*--batch-size/],
  ])('%j says what there is, and exits 0', async (args, text) => {
    const help = lockstep(args);
    expect(await help.exit).toBe(0);
    expect(help.stdout).toMatch(text);
    expect(help.stderr).toBe('');
  });
});

describe('a usage error exits 2 and says what to do:', () => {
  it.each([
    [['train', '--bogus'], /unknown option '--bogus'/],
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['help', 'frobnicate'], /unknown command 'frobnicate'/],
    [['train', '--lr', 'fast'], /--lr takes a number above 0, not "fast"/],
    [['train', '--batch-size', '0'], /--batch-size takes a whole number from 1 to 65536/],
    [['train', '--leaf-rows', '257'], /--leaf-rows takes a whole number from 1 to 256/],
    [['train', '--hidden', '12,x'], /--hidden takes a comma list/],
    [['train', '--output', 'cosh'], /--output takes linear or sigmoid or tanh/],
    [['train', '--workers', '2', '--min-workers', '3'], /--min-workers 3 would wait forever for --workers 2/],
    [['train', '--workers', '0', '--min-workers', '3'], /--workers 0 trains without workers/],
    [['train', '--config', '/nowhere.json'], /--config \/nowhere\.json cannot be read \(ENOENT\)/],
    [['worker', 'ftp://x'], /"ftp:\/\/x" is no coordinator's address: give one such as ws:/],
    [
      ['coordinator', '--public-url', 'https://a.example', '--public-url', 'b.example'],
      /--public-url takes addresses such as https:\/\/train\.example\.org\/lockstep\/, not "b\.example"/,
    ],
    [
      ['coordinator', '--public-url', 'http://1.2.3.4.5/'],
      /--public-url takes addresses such as .*, not "http:\/\/1\.2\.3\.4\.5\/"/,
    ],
    [['worker'], /missing required argument 'URL'/],
  ])('%j', async (args, text) => {
    await expectFailure(lockstep(args), 2, text);
  });

  it.each(['train', 'coordinator', 'dashboard'])(
    'a setting that is not read any more, to %s',
    async (command) => {
      const args = command === 'dashboard' ? [command, 'runs'] : [command];
      await expectFailure(
        lockstep(args, { env: { LOCKSTEP_PUBLIC_HOST: 'train.example.org' } }),
        2,
        /LOCKSTEP_PUBLIC_HOST is not read any more: unset it, and give --public-url or LOCKSTEP_PUBLIC_URL/,
      );
    },
  );

  it('a configuration file in UTF-16, while a byte-order mark and lines that end as on Windows are none', async () => {
    const file = join(temporaryFolder(), 'settings.json');
    writeFileSync(file, '\ufeff{"lr": "fast"}', 'utf16le');
    await expectFailure(
      train('--config', file),
      2,
      /settings\.json is UTF-16 text, or no text: save it as UTF-8/,
    );
    writeFileSync(file, '\ufeff{\r\n  "seed": 7,\r\n  "maxSteps": 1\r\n}\r\n');
    const running = lockstep([
      'train',
      '--workers',
      '0',
      '--format',
      'json',
      '--config',
      file,
      '--out',
      join(temporaryFolder(), 'run'),
    ]);
    await running.finished();
    expect(running.lines[0]).toMatchObject({ config: { seed: 7, totalSteps: 1 } });
  });

  it('an --out that holds another run, which stays as it is', async () => {
    const out = join(temporaryFolder(), 'run');
    expect(await train('--out', out).exit).toBe(0);
    const before = readFileSync(join(out, 'final.safetensors'));
    await expectFailure(
      train('--out', out),
      2,
      /holds the checkpoints of a run already: go on with it by --resume auto, or give another --out/,
    );
    expect(readFileSync(join(out, 'final.safetensors'))).toEqual(before);
  });
});

describe('a model that cannot be trained is refused before anything is trained or written, with place, expected and found:', () => {
  const dense = (units: unknown, more: object = {}) => ({ type: 'dense', units, ...more });

  it.each([
    [
      'a key that is not known',
      { layers: [dense(10, { unit: 3 })] },
      /--model .*: model\.layers\.0\.unit: there is no such field; there are type, units, weightInitializer/,
    ],
    [
      'a layer that is not known',
      { layers: [{ type: 'conv9d' }, dense(10)] },
      /--model .*: model\.layers\.0\.type: expected one of dense, .*, found "conv9d"/,
    ],
    [
      'a shape that does not fit',
      { layers: [{ type: 'reshape', shape: [28, 29] }, dense(10)] },
      /--model .*: model\.layers\.0 \(reshape "layers\.0"\): cannot give the 784 elements of \[784\] the shape \[28, 29\]: give lengths whose product is 784/,
    ],
    [
      'fewer outputs than classes',
      { layers: [dense(9)] },
      /the model has 784 inputs and 9 outputs, and rows of mnist have 784 features and one of 10 classes: change the model's first or last layer/,
    ],
    [
      'a loss that does not suit the outputs',
      { layers: [dense(10)], loss: { type: 'cross-entropy', classWeights: [1, 2] } },
      /--model .*: model\.loss: classWeights: expected a weight for each of 10 outputs, found 2/,
    ],
  ])('%s', async (_what, model, text) => {
    const [file, out] = [join(temporaryFolder(), 'model.json'), join(temporaryFolder(), 'run')];
    writeFileSync(file, JSON.stringify(model));
    await expectFailure(train('--model', file, '--out', out), 2, text);
    expect(existsSync(out)).toBe(false);
  });
});

describe('a failure exits 1 and says what to do:', () => {
  it('a dataset folder that is not there', async () => {
    await expectFailure(
      train('--dataset', '/nowhere'),
      1,
      /there is no dataset folder \/nowhere; give a folder with/,
    );
  });

  it('a damaged dataset', async () => {
    const folder = temporaryFolder();
    for (const name of [
      'train-images-idx3-ubyte',
      'train-labels-idx1-ubyte',
      't10k-images-idx3-ubyte',
      't10k-labels-idx1-ubyte',
    ]) {
      writeFileSync(join(folder, name), Buffer.from([0, 0, 8, 3, 0, 0, 0, 9]));
    }
    await expectFailure(train('--dataset', folder), 1, /train-images-idx3-ubyte/);
  });

  it('a port in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const { port } = taken.address() as AddressInfo;
    const running = lockstep([
      'coordinator',
      '--port',
      String(port),
      '--out',
      join(temporaryFolder(), 'run'),
    ]);
    await expectFailure(running, 1, /port \d+ of 127\.0\.0\.1 is in use: give another --port/);
    taken.close();
  });

  it('an output folder that is a file', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, 'kept');
    await expectFailure(train('--out', file), 1, /is, or lies below, something that is no folder/);
    expect(readFileSync(file, 'utf8')).toBe('kept');
  });
});

describe('a bad checkpoint exits 3 and says what to do:', () => {
  it('one that is not there', async () => {
    await expectFailure(
      train('--resume', '/nowhere.safetensors'),
      3,
      /checkpoint \/nowhere\.safetensors: .*ENOENT/,
    );
    await expectFailure(
      lockstep(['evaluate', '/nowhere.safetensors']),
      3,
      /checkpoint \/nowhere\.safetensors/,
    );
  });

  it('one of another network, or of another seed', async () => {
    const out = join(temporaryFolder(), 'run');
    expect(await train('--out', out).exit).toBe(0);
    const file = join(out, 'final.safetensors');
    await expectFailure(
      train('--resume', file, '--hidden', '64'),
      3,
      /belongs to a run with hidden 128, and this one asks for 64/,
    );
    await expectFailure(
      train('--resume', file, '--seed', '9'),
      3,
      /belongs to a run with seed 1, and this one asks for 9/,
    );
  });

  it('one that is past the end of the run, which exits 2', async () => {
    const out = join(temporaryFolder(), 'run');
    expect(await train('--out', out, '--max-steps', '6').exit).toBe(0);
    const config = readFileSync(join(out, 'config.json'), 'utf8');
    await expectFailure(
      train('--out', out, '--max-steps', '5', '--resume', 'auto'),
      2,
      /final\.safetensors is at step 6, and the run would end at step 5: give more by --epochs/,
    );
    expect(readFileSync(join(out, 'config.json'), 'utf8')).toBe(config);
  });

  it('only damaged ones for --resume auto; one good one is enough', async () => {
    const out = join(temporaryFolder(), 'run');
    expect(await train('--out', out, '--max-steps', '6', '--checkpoint-every', '2').exit).toBe(0);
    const damage = (name: string): void => {
      const bytes = readFileSync(join(out, name));
      bytes[bytes.length - 9]! ^= 1;
      writeFileSync(join(out, name), bytes);
    };
    damage('final.safetensors');
    const resumed = train('--out', out, '--max-steps', '6', '--resume', 'auto');
    expect(await resumed.exit).toBe(0);
    expect(resumed.stderr).toMatch(/passed over a damaged checkpoint: .*final\.safetensors/);
    for (const name of ['final.safetensors', 'step-000002.safetensors', 'step-000004.safetensors'])
      damage(name);
    await expectFailure(
      train('--out', out, '--resume', 'auto'),
      3,
      /none of the \d checkpoints in .* can be read/,
    );
  });
});

describe('doctor', () => {
  it('says what computes, why, and that it keeps the contract', async () => {
    const doctor = lockstep(['doctor', '--format', 'json']);
    expect(await doctor.exit).toBe(0);
    expect(doctor.lines[0]).toMatchObject({
      type: 'doctor',
      engine: `node ${process.versions.node}`,
      node: process.versions.node,
      isGolden: true,
      keepsSubnormals: true,
      contract: 'exact-2',
    });
  });
});

describe('bench', () => {
  it('says how fast each backend computes, with one thread and with more, and which a worker takes', async () => {
    const args = ['--hidden', '16', '--batch-size', '32', '--threads', '2', '--format', 'json'];
    const bench = lockstep(['bench', ...args]);
    expect(await bench.exit).toBe(0);
    const figures = bench.lines.filter(({ type }) => type === 'backend') as unknown as readonly {
      readonly backend: string;
      readonly gflops: number;
      readonly gradients: readonly { readonly threads: number; readonly rowsPerSecond: number }[];
    }[];
    expect(figures.map(({ backend }) => backend)).toContainEqual(expect.stringMatching(/^wasm/));
    for (const { gflops, gradients } of figures) {
      expect(gflops).toBeGreaterThan(0);
      expect(gradients.map(({ threads }) => threads)).toEqual([1, 2]);
      for (const { rowsPerSecond } of gradients) expect(rowsPerSecond).toBeGreaterThan(0);
    }
    const choice = bench.lines.at(-1);
    expect(choice).toMatchObject({ type: 'choice' });
    expect(figures.map(({ backend }) => backend)).toContain(choice?.['backend']);
  });
});

describe('a dataset folder', () => {
  it('is trained on, with its own standardisation, and evaluated', async () => {
    const folder = join(temporaryFolder(), 'tiny');
    mkdirSync(folder);
    const idx = (shape: number[], values: number[]): Buffer => {
      const header = Buffer.alloc(4 + 4 * shape.length);
      header.writeUInt32BE(0x0800 + shape.length);
      shape.forEach((size, i) => header.writeUInt32BE(size, 4 + 4 * i));
      return Buffer.concat([header, Buffer.from(values)]);
    };
    const pixels = (rows: number): number[] => Array.from({ length: rows * 9 }, (_, i) => (i * 31) % 256);
    const labels = (rows: number): number[] => Array.from({ length: rows }, (_, i) => i % 4);
    writeFileSync(join(folder, 'train-images-idx3-ubyte'), idx([50, 3, 3], pixels(50)));
    writeFileSync(join(folder, 'train-labels-idx1-ubyte'), idx([50], labels(50)));
    writeFileSync(join(folder, 't10k-images-idx3-ubyte'), idx([20, 3, 3], pixels(20)));
    writeFileSync(join(folder, 't10k-labels-idx1-ubyte'), idx([20], labels(20)));
    const run = train('--dataset', folder, '--hidden', '5', '--batch-size', '16', '--max-steps', '9');
    const result = await run.finished();
    expect(run.lines[0]).toMatchObject({
      config: { model: { input: [9] }, dataset: { trainRows: 50, classCount: 4 } },
    });
    const evaluated = lockstep(['evaluate', String(result['checkpoint']), '--format', 'json']);
    expect(await evaluated.exit).toBe(0);
    expect(evaluated.lines[0]).toMatchObject({
      testLoss: result['testLoss'],
      testAccuracy: result['testAccuracy'],
      weightsSha256: result['weightsSha256'],
    });
  });
});
