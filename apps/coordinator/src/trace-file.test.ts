import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { TraceFile } from './trace-file.ts';

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-trace-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'trace.json');
}

describe('TraceFile', () => {
  it('is a whole JSON array when it is closed', async () => {
    const path = temporaryFile();
    const warnings: string[] = [];
    const trace = new TraceFile(path, (text) => warnings.push(text));
    for (let step = 0; step < 2000; step++) trace.timeline.section('step', step, step * 10, step * 10 + 9);
    await trace.close();
    expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveLength(2002);
    expect(warnings).toEqual([]);
  });

  it('lacks its last moments and its bracket alone when the process is killed', async () => {
    const path = temporaryFile();
    const trace = new TraceFile(path, () => undefined);
    trace.timeline.section('step', 0, 0, 10);
    await vi.waitFor(() => expect(JSON.parse(`${readFileSync(path, 'utf8')}]`)).toHaveLength(3));
    await trace.close();
  });

  it('is refused where there is no writing', () => {
    const path = join(temporaryFile(), 'below-a-file');
    expect(() => new TraceFile(path, () => undefined)).toThrow(
      /^--trace .*below-a-file cannot be written \(ENOENT\): give another file$/,
    );
  });

  it('ends with a warning, and lets the run go on, when its disk is full', async () => {
    const warnings: string[] = [];
    const trace = new TraceFile('/dev/full', (text) => warnings.push(text));
    trace.timeline.section('step', 0, 0, 10);
    await trace.close();
    expect(warnings).toEqual([
      expect.stringMatching(/^the trace \/dev\/full ends here, training goes on: ENOSPC/),
    ]);
    trace.timeline.section('step', 1, 10, 20);
  });
});
