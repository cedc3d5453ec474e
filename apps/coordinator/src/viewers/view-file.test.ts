import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { madeUpConfig } from '@lockstep/config/testing';
import { RunView } from '@lockstep/metrics';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readViewFile, ViewFile } from './view-file.ts';

const config = madeUpConfig();

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'lockstep-view-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function viewFile(path = folder) {
  const view = new RunView();
  const warnings: string[] = [];
  const file = new ViewFile({ folder: path, view, now: () => 5000, warn: (text) => warnings.push(text) });
  const start = (): void =>
    view.apply({ at: 1000, type: 'started', term: 1, step: 0, run: 'r', config, stepsPerEpoch: 10 });
  return { view, file, warnings, start };
}

describe('what people watched of a run', () => {
  it('is kept beside it', async () => {
    const { view, file, start } = viewFile();
    start();
    view.apply({ at: 2000, type: 'step', step: 1, rows: 64, loss: 0.5 });
    await file.close();
    expect(readViewFile(folder)).toMatchObject({ savedAt: 5000, history: { steps: [1], loss: [0.5] } });
  });

  it('is nothing before the run has started', async () => {
    const { file } = viewFile();
    await file.close();
    expect(readViewFile(folder)).toBeUndefined();
  });

  it('costs a warning, once, where it cannot be written', async () => {
    const { file, warnings, start } = viewFile(join(folder, 'nowhere'));
    start();
    await file.save();
    await file.close();
    expect(warnings).toEqual([expect.stringContaining('what the dashboard shows is not kept')]);
  });

  it('is not made up from a damaged file', () => {
    writeFileSync(join(folder, 'view.json'), '{"version":1}');
    expect(() => readViewFile(folder)).toThrow('view.json cannot be read: parts of it are missing');
  });
});
