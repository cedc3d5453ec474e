import { readdirSync } from 'node:fs';
import { coordinatorOptions, EXIT, resolveOptions } from '@lockstep/config';
import { smallDataset } from '@lockstep/storage/testing';
import { describe, expect, it } from 'vitest';
import { runCoordinator } from './main.ts';
import { useTemporaryFolder } from './testing/working-folder.ts';

useTemporaryFolder();

/** What a dry run with these flags says, a JSON line each. */
async function dryRun(given: Record<string, unknown>) {
  const values = { dryRun: true, format: 'json', dataset: 'small-dataset', ...given };
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
