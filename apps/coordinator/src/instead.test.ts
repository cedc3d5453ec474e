import { readdirSync } from 'node:fs';
import { coordinatorOptions, EXIT, resolveOptions } from '@lockstep/config';
import { smallDataset } from '@lockstep/storage/testing';
import { describe, expect, it } from 'vitest';
import { describeRates } from './describe-rates.ts';
import { runCoordinator } from './main.ts';
import { useTemporaryFolder } from './testing/working-folder.ts';

useTemporaryFolder();

/** What is said with these flags, a JSON line each. */
async function said(given: Record<string, unknown>) {
  const values = { format: 'json', dataset: 'small-dataset', ...given };
  const options = resolveOptions(coordinatorOptions, [{ source: 'flag', where: 'flags', values }]);
  const lines: Record<string, unknown>[] = [];
  const target = {
    out: (text: string) => void lines.push(JSON.parse(text) as Record<string, unknown>),
    err: () => undefined,
    ...{ columns: undefined, hasColour: false },
  };
  const status = await runCoordinator({ options, isLocal: true, isSupervised: true }, { target });
  return { status, lines };
}

const dryRun = (given: Record<string, unknown>) => said({ dryRun: true, ...given });

describe('a dry run', () => {
  it('says what would be trained, and leaves no trace', async () => {
    smallDataset('.');
    const { status, lines } = await dryRun({ hidden: '7', validation: 3 });
    expect(status).toBe(EXIT.done);
    expect(lines.map(({ type }) => type)).toEqual(['started', 'dry-run']);
    expect(lines[0]).toMatchObject({ step: 0, config: { validation: { rows: 3 } } });
    expect(lines[1]!['weightsSha256']).toMatch(/^[0-9a-f]{64}$/);
    expect(lines[1]!['parameterCount']).toBeGreaterThan(7);
    expect(lines[1]!['workerBytes']).toBeGreaterThan(0);
    expect(readdirSync('.')).toEqual(['small-dataset']);
  });

  it('refuses what a run would refuse, and leaves no trace of that either', async () => {
    smallDataset('.');
    await expect(dryRun({ freeze: 'nothing' })).rejects.toThrow(/"nothing" is no layer/);
    await expect(dryRun({ dataset: 'elsewhere' })).rejects.toThrow(/elsewhere/);
    expect(readdirSync('.')).toEqual(['small-dataset']);
  });
});

describe('a sweep of learning rates', () => {
  it('says how the loss goes with each and which to take, and leaves no trace', async () => {
    smallDataset('.');
    const { status, lines } = await said({ findRate: true, hidden: '7', batchSize: 4, leafRows: 2 });
    expect(status).toBe(EXIT.done);
    expect(lines.map(({ type }) => type)).toEqual(['started', 'rates-tried']);
    const points = lines[1]!['points'] as readonly { readonly rate: number; readonly loss: number }[];
    expect(points[0]).toMatchObject({ rate: 1e-6, loss: expect.any(Number) });
    expect(lines[1]).toHaveProperty('suggested');
    expect(readdirSync('.')).toEqual(['small-dataset']);
    expect((await said({ findRate: true, hidden: '7', batchSize: 4, leafRows: 2 })).lines[1]).toEqual(
      lines[1],
    );
  });

  it('is a table for people', () => {
    const points = [9, 8, 4, 2, 7, 30].map((smoothed, index) => ({
      rate: 10 ** (index - 4),
      loss: smoothed,
      smoothed,
    }));
    const found = { type: 'rates-tried', points, atLeast: 0.1, hasDiverged: true } as const;
    expect(describeRates({ ...found, suggested: 0.01 })).toEqual([
      'learning rates tried on a mini-batch each, nothing is kept of it:',
      '      rate       loss',
      '    1.0e-4      9.000  ############',
      '    1.0e+1      30.00  ########################################',
      'it falls fastest at --lr 0.010, and was least at 0.10; beyond 1.0e+1 the loss grows out of bounds',
    ]);
    expect(describeRates({ ...found, suggested: null }).at(-1)).toMatch(/falls at none of them/);
  });
});
