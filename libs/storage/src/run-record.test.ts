import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  describeRun,
  makeRunId,
  newRunRecord,
  readRunRecord,
  RUN_RECORD_NAME,
  withStart,
  writeRunRecord,
  type RunStart,
} from './run-record.ts';
import { refusal } from './testing/refusal.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

const start = (began: string, term = 1): RunStart => ({
  ...{ began, term, step: 0, host: 'here', pid: 42, version: '0.1.0' },
});

describe('the record of a run', () => {
  it('is read as it was written', async () => {
    const folder = temporaryFolder();
    const record = withStart(
      newRunRecord(makeRunId(), {
        parent: { run: makeRunId(), step: 300, term: 2, file: '/runs/a/step-000300.safetensors' },
        initialWeights: { file: '/weights.safetensors', weightsSha256: '0'.repeat(64) },
      }),
      start('2026-11-29T09:30:05.123Z'),
    );
    await writeRunRecord(folder, record);
    expect(readRunRecord(folder)).toEqual(record);
    expect(record.run).toMatch(/^[0-9a-f]{32}$/);
  });

  it('is none where no coordinator was', () => {
    const folder = temporaryFolder();
    expect(readRunRecord(folder)).toBeUndefined();
    expect(readRunRecord(join(folder, 'nowhere'))).toBeUndefined();
    const file = join(folder, 'file');
    writeFileSync(file, '');
    expect(readRunRecord(file)).toBeUndefined();
  });

  it('keeps what a later version wrote beside it', async () => {
    const folder = temporaryFolder();
    const later = { ...newRunRecord(), dinner: { at: 'eight' } };
    await writeRunRecord(folder, later);
    await writeRunRecord(folder, withStart(readRunRecord(folder)!, start('2026-11-29T09:30:05.123Z')));
    expect(JSON.parse(readFileSync(join(folder, RUN_RECORD_NAME), 'utf8'))).toMatchObject({
      dinner: { at: 'eight' },
      starts: [{ pid: 42 }],
    });
  });

  it.each([
    ['no JSON', '{"format":'],
    ['another format', JSON.stringify({ ...newRunRecord(), format: 'lockstep-run-2' })],
    ['no run', JSON.stringify({ ...newRunRecord(), run: 'mine' })],
    ['a start without a date', JSON.stringify({ ...newRunRecord(), starts: [start('yesterday')] })],
    ['a list', '[]'],
    ['bytes that are no text', Buffer.from([0xff, 0xfe])],
  ])('is refused when it holds %s', (_what, content) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, RUN_RECORD_NAME), content);
    expect(() => readRunRecord(folder)).toThrowError(/bad-record|read-failed/);
  });

  it('says so when it cannot be read', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, RUN_RECORD_NAME));
    expect(() => readRunRecord(folder)).toThrowError(refusal('read-failed', 'EISDIR'));
  });

  it('keeps starts in their order when the clock was set back, and no more than a hundred', () => {
    let record = withStart(newRunRecord(), start('2026-11-29T09:30:05.123Z', 1));
    record = withStart(record, start('2020-01-01T00:00:00.000Z', 2));
    expect(record.starts.map(({ began }) => began)).toEqual([
      '2026-11-29T09:30:05.123Z',
      '2026-11-29T09:30:05.124Z',
    ]);
    for (let term = 3; term <= 150; term++) record = withStart(record, start('2027-01-01T00:00:00Z', term));
    expect(record.starts).toHaveLength(100);
    expect(record.starts.map(({ term }) => term).slice(0, 2)).toEqual([1, 52]);
    expect(record.starts.at(-1)!.term).toBe(150);
  });

  it('is told to people by its beginning', () => {
    const record = newRunRecord('0123456789abcdef0123456789abcdef');
    expect(describeRun(record)).toBe('run 01234567');
    expect(describeRun(withStart(record, start('2026-11-29T09:30:05.123Z')))).toBe(
      'run 01234567 of 2026-11-29T09:30:05.123Z',
    );
  });
});
