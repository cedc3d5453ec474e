import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { madeUpDataset } from './testing/made-up-dataset.ts';
import { coordinator, lockstep, temporaryFolder, trained } from './testing/processes.ts';
import { NEEDS_PYTHON, pythonExample } from './testing/python.ts';

const STEPS = ['--max-steps', '40'];

/** The README's network and how it learns, 98.3 % of MNIST. */
const README_NETWORK = [
  ...['--hidden', '512,256', '--activation', 'relu', '--dropout', '0.2', '--loss', 'cross-entropy'],
  ...['--optimizer', 'adam', '--schedule', 'cosine', '--batch-size', '128'],
];

const ACTIVATIONS = [
  'tanh',
  'leaky-relu',
  'elu',
  'gelu',
  'gelu-tanh',
  'silu',
  'softplus',
  'hard-sigmoid',
  'sigmoid',
  'softmax',
];

/** A file of a model with every kind of layer, and a residual connection. */
function everyLayer(): string {
  const file = join(temporaryFolder(), 'model.json');
  const layers = [
    { name: 'first', type: 'dense', units: 24 },
    { type: 'layer-norm' },
    { name: 'kept', type: 'dropout', rate: 0.3 },
    { type: 'reshape', shape: [4, -1] },
    { type: 'rms-norm' },
    { type: 'layer-norm', axes: 2 },
    { type: 'relu' },
    { type: 'flatten' },
    { name: 'turned', type: 'dense', units: 24 },
    { name: 'sum', type: 'add', from: ['first', 'kept', 'turned'] },
    ...ACTIVATIONS.map((type) => ({ type })),
    { type: 'rms-norm' },
    { type: 'dense', units: 10 },
  ];
  writeFileSync(
    file,
    JSON.stringify({ input: [784], layers, loss: { type: 'cross-entropy', labelSmoothing: 0.1 } }),
  );
  return file;
}

const onTarget = (target: 'labels' | 'numbers', loss: string): string[] => [
  ...['--dataset', madeUpDataset(join(temporaryFolder(), 'data'), { target })],
  ...['--loss', loss, '--hidden', '5', '--activation', 'relu', '--batch-size', '48', '--leaf-rows', '4'],
];

describe.skipIf(NEEDS_PYTHON !== '')(`the worker in Python${NEEDS_PYTHON}`, () => {
  it('computes every test vector of docs/vectors', async () => {
    const check = pythonExample('check.py');
    expect(await check.exit, check.stdout + check.stderr).toBe(0);
    expect(check.stdout).toMatch(/^equal +golden: digest$/m);
  });

  it.each([
    ['as it is where nothing else is said', () => [], 40],
    ['of the README', () => README_NETWORK, 6],
    ['with every kind of layer', () => ['--model', everyLayer(), '--optimizer', 'adamw'], 20],
    ['on labels', () => onTarget('labels', 'binary-cross-entropy'), 8],
    ['on numbers', () => onTarget('numbers', 'huber'), 8],
    ['with frozen parameters', () => [...README_NETWORK, '--freeze', 'layers.0,layers.1.weight'], 6],
  ])(
    'takes part beside two ordinary workers: the same weights as without any, network %s',
    async (_, network, steps) => {
      const given = [...network(), '--max-steps', String(steps)];
      const { running, url } = await coordinator([
        ...[...given, '--min-workers', '3'],
        ...['--out', join(temporaryFolder(), 'run')],
      ]);
      const python = pythonExample('worker.py', url, '--name', 'python');
      // Slow enough that they do not leave everything to themselves.
      for (const name of ['one', 'two']) lockstep(['worker', url, '--name', name, '--backend', 'reference']);
      const { weightsSha256 } = await running.finished();
      expect(await python.exit, python.stdout + python.stderr).toBe(0);
      expect(python.stdout).toMatch(/^step \d+: accepted$/m);
      expect(python.stdout).not.toMatch(/: (?:invalid|mismatch|not-leased)/);
      expect(python.stdout).toContain(`weights sha256 ${String(weightsSha256)}`);
      expect(weightsSha256).toBe((await trained(...given, '--workers', '0'))['weightsSha256']);
    },
  );

  it('says why it is refused, exit 4', async () => {
    const token = 'a-secret-of-this-test';
    const { url } = await coordinator([...STEPS, '--out', join(temporaryFolder(), 'run')], {
      env: { LOCKSTEP_TOKEN: token },
    });
    const python = pythonExample('worker.py', url);
    expect(await python.exit, python.stderr).toBe(4);
    expect(python.stdout).toMatch(/^refused \(token\): /m);
  });
});
