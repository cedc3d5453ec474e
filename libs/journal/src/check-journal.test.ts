import { describe, expect, it } from 'vitest';
import { checkJournal } from './check-journal.ts';
import { parseJournal, type JournalEntry } from './entry.ts';

const sha = 'a'.repeat(64);
const started = (term: number, step: number): JournalEntry => ({ term, type: 'started', step });
const begun = (term: number, step: number): JournalEntry => ({
  term,
  type: 'step-started',
  step,
  leafCount: 3,
  spanCount: 2,
});
const verdict = (
  term: number,
  step: number,
  firstLeaf: number,
  leafCount: number,
  facts: object = {},
): JournalEntry => ({
  term,
  type: 'verdict',
  worker: '1',
  step,
  span: { firstLeaf, leafCount },
  checksum: 'c',
  verdict: 'accepted',
  ...facts,
});
const committed = (term: number, step: number, checksum = `w${step}`): JournalEntry => ({
  term,
  type: 'step-committed',
  step,
  checksum,
});
const finished = (term: number, step: number, facts: object = {}): JournalEntry => ({
  term,
  type: 'finished',
  reason: 'completed',
  step,
  weightsSha256: sha,
  ...facts,
});
const refused = (facts: object): JournalEntry => ({
  term: 1,
  type: 'refused',
  name: 'token',
  code: 4401,
  reason: 'the token is missing or wrong',
  count: 1,
  ...facts,
});
/** A step of three leaves, done as two spans. */
const step = (term: number, number: number): JournalEntry[] => [
  begun(term, number),
  verdict(term, number, 2, 1),
  verdict(term, number, 0, 2),
  committed(term, number),
];

const faults = (entries: readonly JournalEntry[], weightsSha256 = sha): string[] =>
  checkJournal(entries, { weightsSha256, isWhole: true }).violations.map(
    ({ invariant, text }) => `${invariant} ${text}`,
  );

describe('checkJournal', () => {
  it('finds nothing in a sound run, whose coordinator was killed and repeats a step', () => {
    const entries = [
      started(1, 0),
      ...step(1, 0),
      ...step(1, 1),
      begun(1, 2),
      verdict(1, 2, 0, 1),
      started(3, 1),
      { term: 3, type: 'worker-lost', worker: '1', name: 'one', reason: 'connection lost (1006)' },
      { term: 3, type: 'lease-expired', worker: '2', step: 1, span: { firstLeaf: 0, leafCount: 2 } },
      refused({ term: 3, count: 1 }),
      refused({ term: 3, count: 7 }),
      ...step(3, 1),
      finished(3, 2),
      { term: 3, type: 'door', refusals: { token: 9, full: 1 } },
    ];
    const report = checkJournal(entries, { weightsSha256: sha });
    expect(report.violations).toEqual([]);
    expect(report.figures).toEqual({
      terms: 2,
      commits: 3,
      steps: 2,
      expiredLeases: 1,
      lostWorkers: 1,
      verdicts: { accepted: 7 },
    });
  });

  const leased = {
    term: 1,
    type: 'spans-leased',
    step: 0,
    purpose: 'dealt',
    leases: [{ worker: '2', firstLeaf: 0, leafCount: 2 }],
  };

  it.each<[string, string, JournalEntry[]]>([
    [
      'a leaf that was applied twice',
      "I1 worker 1's 1+1 of step 0 was accepted, and leaf 1 was applied already",
      [started(1, 0), begun(1, 0), verdict(1, 0, 0, 2), verdict(1, 0, 1, 1)],
    ],
    [
      'a leaf that was never applied',
      'I1 step 0 was committed without its leaf 2',
      [started(1, 0), begun(1, 0), verdict(1, 0, 0, 2), committed(1, 0)],
    ],
    [
      'a contribution of an older step that counts',
      "I1 worker 1's 0+2 of step 0 was accepted in step 1",
      [started(1, 0), ...step(1, 0), begun(1, 1), verdict(1, 0, 0, 2)],
    ],
    [
      'a contribution that counts after the commit',
      'I1 a contribution was accepted with no step in flight',
      [started(1, 0), ...step(1, 0), verdict(1, 0, 0, 2)],
    ],
    [
      'a span that is no part of the tree',
      "I1 worker 1's 1+2 of step 0 was accepted, which is no part of its tree",
      [started(1, 0), begun(1, 0), verdict(1, 0, 1, 2)],
    ],
    [
      'a span that another worker was given',
      "I1 worker 1's 0+2 of step 0 was accepted, which it was not given",
      [started(1, 0), begun(1, 0), leased, verdict(1, 0, 0, 2)],
    ],
    ['a commit without a start', 'I1 step 0 was committed without a start', [started(1, 0), committed(1, 0)]],
    [
      'a repeated step with other weights',
      'I1 step 0 ended with weights w0, and with other in an earlier term',
      [started(1, 0), ...step(1, 0).slice(0, -1), committed(1, 0, 'other'), started(2, 0), ...step(2, 0)],
    ],
    [
      'other weights than those of a single process',
      `I2 ended with the weights ${'b'.repeat(64)}, where a single process has ${sha}`,
      [started(1, 0), finished(1, 0, { weightsSha256: 'b'.repeat(64) })],
    ],
    [
      'a step that is left out',
      'I3 step 2 started with 1 steps committed',
      [started(1, 0), ...step(1, 0), begun(1, 2)],
    ],
    [
      'a step that is committed twice in a term',
      'I3 step 0 was committed after 1 steps',
      [started(1, 0), ...step(1, 0), committed(1, 0)],
    ],
    [
      'a term that is used twice',
      'I3 term 1 started after term 1: no two starts share a term',
      [started(1, 0), started(1, 0)],
    ],
    [
      'a term that goes on from a step nobody committed',
      'I3 started at step 3, where only 1 were committed before',
      [started(1, 0), ...step(1, 0), started(2, 3)],
    ],
    [
      'a line of an older term',
      'I3 a line of term 1 (step-started) among those of term 2',
      [started(1, 0), started(2, 0), begun(1, 0)],
    ],
    [
      'an end at another step than the newest',
      'I3 finished at step 4 with 1 committed',
      [started(1, 0), ...step(1, 0), finished(1, 4)],
    ],
    [
      'a worker that is lost for no reason',
      'I7 worker 1 was lost without a reason',
      [started(1, 0), { term: 1, type: 'worker-lost', worker: '1', name: 'one', reason: '' }],
    ],
    [
      'a verdict for no reason',
      'I7 worker 1 was told "invalid" without a reason',
      [started(1, 0), begun(1, 0), verdict(1, 0, 0, 2, { verdict: 'invalid' })],
    ],
    [
      'a refusal without a code',
      'I7 somebody was refused without a name and a code',
      [started(1, 0), refused({ code: undefined })],
    ],
    [
      'a refusal for no reason',
      'I7 somebody was refused as token without a reason',
      [started(1, 0), refused({ reason: '' })],
    ],
    [
      'a count of refusals that does not rise',
      'I7 2 refusals as token after 2',
      [started(1, 0), refused({ count: 2 }), refused({ count: 2 })],
    ],
    [
      'refusals that are not in the sum',
      'I7 1 refusals as token in all, and 2 before',
      [started(1, 0), refused({ count: 2 }), { term: 1, type: 'door', refusals: { token: 1 } }],
    ],
  ])('finds %s', (_, fault, entries) => {
    expect(faults(entries)).toContain(fault);
  });

  it('lets a run that was stopped have whatever weights its steps gave', () => {
    expect(faults([started(1, 0), ...step(1, 0), finished(1, 1, { reason: 'stopped' })], 'b')).toEqual([]);
  });
});

it('lets a term go on from steps whose lines were lost, unless the journal is whole', () => {
  const entries = [started(1, 0), ...step(1, 0), started(2, 5)];
  expect(checkJournal(entries).violations).toEqual([]);
  expect(checkJournal(entries, { isWhole: true }).violations).toHaveLength(1);
});

describe('parseJournal', () => {
  it('gives the entries, and names the lines that are none', () => {
    const text = '{"term":1,"type":"started","step":0}\n{"term":1,"ty\nnull\n7\n{"term":1,"type":"tick"}\n';
    expect(parseJournal(text)).toEqual({
      entries: [started(1, 0), { term: 1, type: 'tick' }],
      badLines: [2, 3, 4],
    });
  });
});
