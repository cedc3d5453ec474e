import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { smallDataset } from '@lockstep/storage/testing';
import { describe, expect, it } from 'vitest';
import { lockstep, temporaryFolder, type Running } from './testing/processes.ts';

const small = (folder: string): string[] => [
  ...['--dataset', smallDataset(folder), '--hidden', '16', '--batch-size', '128', '--lr', '0.01'],
  ...['--format', 'json', '--port', '0'],
];

/** What a `train` that ends well says last. */
async function finished(running: Running): Promise<Readonly<Record<string, unknown>>> {
  expect({ status: await running.exit, stderr: running.stderr }).toMatchObject({ status: 0 });
  return running.lines.at(-1)!;
}

describe('--init', () => {
  it('starts a new run from the weights of a checkpoint, with the same bits for any number of workers', async () => {
    const folder = temporaryFolder();
    const train = (...args: string[]): Running => lockstep(['train', ...small(folder), ...args]);
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => join(folder, name));
    const first = await finished(train('--workers', '0', '--max-steps', '30', '--out', a!));
    const init = String(first['checkpoint']);
    const alone = await finished(
      train('--workers', '0', '--max-steps', '20', '--seed', '7', '--init', init, '--out', b!),
    );
    const together = await finished(
      train('--workers', '2', '--max-steps', '20', '--seed', '7', '--init', init, '--out', c!),
    );
    expect(together['weightsSha256']).toBe(alone['weightsSha256']);
    const fresh = await finished(train('--workers', '0', '--max-steps', '20', '--seed', '7', '--out', d!));
    expect(fresh['weightsSha256']).not.toBe(alone['weightsSha256']);
    const initialWeights = { sha256: first['weightsSha256'] };
    expect(JSON.parse(readFileSync(join(b!, 'config.json'), 'utf8'))).toMatchObject({ initialWeights });
    expect(JSON.parse(readFileSync(join(b!, 'run.json'), 'utf8'))).toMatchObject({
      initialWeights: { file: init, weightsSha256: first['weightsSha256'] },
    });
    // The run has them itself: it can be gone on with though the file it was started from is gone.
    const again = await finished(
      train('--workers', '0', '--resume', join(b!, 'step-000000.safetensors'), '--out', join(folder, 'e')),
    );
    expect(again['weightsSha256']).toBe(alone['weightsSha256']);
  });

  it('is refused where it does not fit, with what to do', async () => {
    const folder = temporaryFolder();
    const out = join(folder, 'a');
    const train = (...args: string[]): Running =>
      lockstep(['train', '--workers', '0', ...small(folder), '--max-steps', '2', ...args]);
    const init = String((await finished(train('--out', out)))['checkpoint']);
    const refusals: [string[], number, RegExp][] = [
      [
        ['--hidden', '8'],
        3,
        /has the weights of a network 64-16-10, and this run's is 64-8-10: give --hidden 16/,
      ],
      [
        ['--dataset', 'mnist', '--hidden', '8'],
        3,
        /this run's is 784-8-10: give a --dataset of 64 values a row and 10 classes/,
      ],
      [['--resume', 'required'], 2, /--init starts a new run and --resume required goes on with one/],
      [['--init', out], 3, /is a folder: name one of the checkpoints in it/],
      [['--init', join(out, 'config.json')], 3, /checkpoint .*config\.json: not-a-checkpoint/],
    ];
    for (const [args, status, text] of refusals) {
      const refused = train('--init', init, '--out', join(folder, 'b'), ...args);
      expect(await refused.exit).toBe(status);
      expect(refused.stderr).toMatch(text);
    }
    expect(readdirSync(folder).sort()).toEqual(['a', 'small-dataset']);
  });
});

describe('a folder', () => {
  it('of another run, or of something else, stays as it is', async () => {
    const folder = temporaryFolder();
    const train = (...args: string[]): Running =>
      lockstep(['train', '--workers', '0', ...small(folder), ...args]);
    const [a, b, project] = ['a', 'b', 'project'].map((name) => join(folder, name));
    const first = await finished(train('--max-steps', '3', '--out', a!));
    await finished(train('--max-steps', '2', '--out', b!));
    mkdirSync(project!);
    writeFileSync(join(project!, 'config.json'), '{"mine": true}');
    const filesOf = (path: string): unknown[] =>
      readdirSync(path).map((name) => [name, readFileSync(join(path, name), 'utf8')]);
    const before = [b!, project!].map(filesOf);
    const branch = ['--resume', String(first['checkpoint']), '--max-steps', '9', '--out'];
    const other = train(...branch, b!);
    expect(await other.exit).toBe(3);
    expect(other.stderr).toMatch(/belongs to run [0-9a-f]{8} of .*Z, and .* to run [0-9a-f]{8} of .*Z/);
    const foreign = train(...branch, project!);
    expect(await foreign.exit).toBe(2);
    expect(foreign.stderr).toMatch(/holds no run, but a config\.json that one would overwrite/);
    expect([b!, project!].map(filesOf)).toEqual(before);
    const nothing = train('--resume', 'required', '--out', join(folder, 'nowhere'));
    expect(await nothing.exit).toBe(3);
    expect(nothing.stderr).toMatch(/there is no checkpoint to go on from in /);
    expect(readdirSync(folder)).not.toContain('nowhere');
  });

  it('is only read by dashboard and evaluate', async () => {
    const folder = temporaryFolder();
    const out = join(folder, 'run');
    const { checkpoint } = await finished(
      lockstep(['train', '--workers', '1', ...small(folder), '--max-steps', '20', '--out', out]),
    );
    const state = (): unknown[] =>
      readdirSync(out).map((name) => [
        name,
        statSync(join(out, name)).mtimeMs,
        readFileSync(join(out, name), 'hex'),
      ]);
    const before = state();
    await finished(lockstep(['evaluate', String(checkpoint), '--format', 'json']));
    for (const args of [[], ['--tls', 'self-signed']]) {
      const dashboard = lockstep(['dashboard', out, '--port', '0', ...args]);
      await dashboard.until(({ stderr }) => stderr.includes('as it was'));
      dashboard.child.kill('SIGTERM');
      expect(await dashboard.exit).toBe(0);
    }
    expect(state()).toEqual(before);
  });
});
