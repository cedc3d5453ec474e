import { describe, expect, it } from 'vitest';
import { checkJournal } from './check-journal.ts';
import type { JournalEntry } from './entry.ts';

const sha = 'a'.repeat(64);
const entry = (term: number, type: string, facts: object = {}): JournalEntry => ({ term, type, ...facts });
const begun = (term: number, step: number): JournalEntry =>
  entry(term, 'step-started', { step, leafCount: 2 });
const accepted = (term: number, step: number, firstLeaf: number): JournalEntry =>
  entry(term, 'verdict', { step, worker: '1', verdict: 'accepted', span: { firstLeaf, leafCount: 1 } });
const committed = (term: number, step: number, checksum = `w${step}`): JournalEntry =>
  entry(term, 'step-committed', { step, checksum });
const part = (term: number, number: number): JournalEntry => entry(term, 'part', { part: number });
const step = (term: number, number: number): JournalEntry[] => [
  begun(term, number),
  accepted(term, number, 0),
  accepted(term, number, 1),
  committed(term, number),
];
const finished = (term: number, at: number): JournalEntry =>
  entry(term, 'finished', { reason: 'completed', step: at, weightsSha256: sha });

const faults = (...entries: readonly JournalEntry[]): string[] =>
  checkJournal(entries, { weightsSha256: sha, isWhole: true }).violations.map(
    ({ invariant, text }) => `${invariant} ${text}`,
  );

const start = entry(1, 'started', { step: 0 });

describe('a journal in parts', () => {
  it('is checked as one where no part is missing', () => {
    const entries = [start, ...step(1, 0), begun(1, 1), part(1, 2), accepted(1, 1, 0), accepted(1, 1, 1)];
    expect(faults(...entries, committed(1, 1), part(1, 3), finished(1, 2))).toEqual([]);
    expect(faults(...entries, accepted(1, 1, 1))).toEqual([
      "I1 worker 1's 1+1 of step 1 was accepted, and leaf 1 was applied already",
    ]);
  });

  it('is checked on both sides of parts that were deleted', () => {
    const before = [start, ...step(1, 0), begun(1, 1), accepted(1, 1, 0)];
    const after = [part(1, 7), accepted(1, 500, 1), committed(1, 500), ...step(1, 501)];
    expect(faults(...before, ...after, finished(1, 502))).toEqual([]);
    expect(faults(...before, ...after, begun(1, 503))).toEqual([
      'I3 step 503 started with 502 steps committed',
    ]);
    expect(faults(...before, ...after, finished(1, 503))).toEqual([
      'I3 finished at step 503 with 502 committed',
    ]);
    expect(faults(...before, ...after, begun(1, 502), committed(1, 502))).toEqual([
      'I1 step 502 was committed without its leaf 0',
    ]);
  });

  it('may lose the starts of whole terms, and goes on from steps that it does not hold', () => {
    const resumed = entry(5, 'started', { step: 400 });
    const rest = [...step(4, 450), resumed, ...step(5, 400), finished(5, 401)];
    expect(faults(start, ...step(1, 0), part(4, 9), ...rest)).toEqual([]);
  });

  it('has the weights of a step that occurs on both sides', () => {
    const resumed = entry(5, 'started', { step: 0 });
    const other = [begun(5, 0), accepted(5, 0, 0), accepted(5, 0, 1), committed(5, 0, 'other')];
    expect(faults(start, ...step(1, 0), part(4, 9), resumed, ...other)).toEqual([
      'I1 step 0 ended with weights other, and with w0 in an earlier term',
    ]);
  });

  it('is written down by a start too that comes between two parts', () => {
    const resumed = entry(2, 'started', { step: 1 });
    expect(faults(start, ...step(1, 0), part(2, 2), resumed, ...step(2, 1), finished(2, 2))).toEqual([]);
  });

  it('does not go backwards', () => {
    expect(faults(start, part(1, 2), part(1, 2))).toEqual(['I3 part 2 of the journal after part 2']);
  });
});
