import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { TraceFile, type TraceSetup } from './trace-file.ts';

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-trace-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'trace.json');
}

const setupWith = (warn: TraceSetup['warn'] = () => undefined): TraceSetup => ({ folder: 'elsewhere', warn });

describe('TraceFile', () => {
  it('is a whole JSON array when it is closed', async () => {
    const path = temporaryFile();
    const warnings: string[] = [];
    const trace = new TraceFile(
      path,
      setupWith((text) => void warnings.push(text)),
    );
    for (let step = 0; step < 2000; step++) trace.timeline.section('step', step, step * 10, step * 10 + 9);
    await trace.close();
    expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveLength(2002);
    expect(warnings).toEqual([]);
  });

  it('lacks its last moments and its bracket alone when the process is killed', async () => {
    const path = temporaryFile();
    const trace = new TraceFile(path, setupWith());
    trace.timeline.section('step', 0, 0, 10);
    await vi.waitFor(() => expect(JSON.parse(`${readFileSync(path, 'utf8')}]`)).toHaveLength(3));
    await trace.close();
  });

  it('is refused where there is no writing', () => {
    const path = join(temporaryFile(), 'below-a-file');
    expect(() => new TraceFile(path, setupWith())).toThrow(
      /^--trace .*below-a-file cannot be written \(ENOENT\): give another file$/,
    );
  });

  it('ends with a warning, and lets the run go on, when its disk is full', async () => {
    const warnings: string[] = [];
    const trace = new TraceFile(
      '/dev/full',
      setupWith((text) => void warnings.push(text)),
    );
    trace.timeline.section('step', 0, 0, 10);
    await trace.close();
    expect(warnings).toEqual([
      expect.stringMatching(/^the trace \/dev\/full ends here, training goes on: ENOSPC/),
    ]);
    trace.timeline.section('step', 1, 10, 20);
  });

  it('takes the place of an earlier trace, whole or killed at any moment, or of an empty file', async () => {
    const path = temporaryFile();
    const trace = new TraceFile(path, setupWith());
    trace.timeline.section('step', 0, 0, 10);
    await trace.close();
    const text = readFileSync(path, 'utf8');
    for (const earlier of [text, text.slice(0, -2), text.slice(0, 10), '']) {
      writeFileSync(path, earlier);
      await new TraceFile(path, setupWith()).close();
      expect(JSON.parse(readFileSync(path, 'utf8'))).toHaveLength(1);
    }
  });

  it('takes the place of nothing else, which stays as it is', () => {
    const path = temporaryFile();
    const link = join(dirname(path), 'link');
    symlinkSync(path, link);
    for (const content of ['{"run": 1}', '[1]', '\0\0\0\0', '7\n']) {
      writeFileSync(path, content);
      for (const place of [path, link]) {
        expect(() => new TraceFile(place, setupWith())).toThrow(/^--trace .* is no trace: give another file/);
      }
      expect(readFileSync(path, 'utf8')).toBe(content);
    }
  });

  it.each([
    ...['config.json', 'run.json', 'secrets.json', 'view.json', 'ended.json', 'certificate.pem', 'term'],
    ...['lock', 'lock.2', 'journal.ndjson', 'journal.000001.ndjson', 'final.safetensors'],
    ...['step-000100.safetensors', 'FINAL.safetensors'],
  ])('is not put where its run will keep %s', (name) => {
    const folder = dirname(temporaryFile());
    mkdirSync(join(folder, 'run'));
    symlinkSync('run', join(folder, 'link'));
    for (const place of ['run', 'link']) {
      const path = join(folder, place, name);
      expect(() => new TraceFile(path, { ...setupWith(), folder: join(folder, 'run') })).toThrow(
        /^--trace .* a file of its own: give another name/,
      );
      expect(existsSync(path)).toBe(false);
    }
  });

  it('leaves nothing behind of a start that is refused after it, but the file that was there', async () => {
    const path = temporaryFile();
    await new TraceFile(path, setupWith()).discard();
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, '');
    await new TraceFile(path, setupWith()).discard();
    expect(existsSync(path)).toBe(true);
  });
});
