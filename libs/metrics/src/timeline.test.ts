import { describe, expect, it } from 'vitest';
import { Timeline } from './timeline.ts';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  readonly pid: number;
  readonly tid: number;
  readonly args: Readonly<Record<string, unknown>>;
}

const span = (firstLeaf: number, leafCount: number) => ({ firstLeaf, leafCount });

/** What a timeline writes; the text so far too. */
function record(): { readonly timeline: Timeline; text(): string; events(): TraceEvent[] } {
  let written = '';
  const timeline = new Timeline((text) => (written += text));
  return {
    timeline,
    text: () => written,
    events: () => JSON.parse(`${written}]`) as TraceEvent[],
  };
}

const lengths = (events: readonly TraceEvent[]): unknown[] =>
  events.filter(({ ph }) => ph === 'X').map(({ name, pid, tid, ts, dur }) => [name, pid, tid, ts, ts + dur!]);

describe('Timeline', () => {
  it('is a JSON array of events that have what the format asks for, whole after every one of them', () => {
    const { timeline, events } = record();
    expect(events()).toHaveLength(1);
    timeline.joined('7', 'one');
    timeline.section('step', 0, 100, 900);
    timeline.leased({ worker: '7', step: 1, span: span(0, 4), at: 1000 });
    timeline.answered({ worker: '7', step: 1, span: span(0, 4), at: 1600 }, 400);
    for (const event of events()) {
      expect(event).toMatchObject({
        name: expect.any(String),
        ts: expect.any(Number),
        pid: expect.any(Number),
        tid: expect.any(Number),
        args: expect.any(Object),
      });
      expect(event.ph === 'M' ? event.dur === undefined : event.dur! >= 0).toBe(true);
    }
  });

  it('closes the array at its end', () => {
    const { timeline, text } = record();
    timeline.end();
    expect(JSON.parse(text())).toHaveLength(1);
  });

  it('names the processes and rows, each once', () => {
    const { timeline, events } = record();
    timeline.joined('7', 'one');
    timeline.section('reduce', 0, 1, 2);
    timeline.section('update', 0, 2, 3);
    timeline.section('checkpoint', 0, 2, 3);
    const names = events()
      .filter(({ ph }) => ph === 'M')
      .map(({ name, pid, tid, args }) => [name, pid, tid, args['name']]);
    expect(names).toEqual([
      ['process_name', 1, 0, 'coordinator'],
      ['process_name', 2, 0, 'one'],
      ['thread_name', 2, 1, 'compute'],
      ['thread_name', 2, 2, 'send'],
      ['thread_name', 1, 2, 'work'],
      ['thread_name', 1, 4, 'checkpoints'],
    ]);
  });

  it('shares what is left of the time of a lease between the way there and back', () => {
    const { timeline, events } = record();
    timeline.joined('7', 'one');
    timeline.leased({ worker: '7', step: 1, span: span(0, 4), at: 1000 });
    timeline.answered({ worker: '7', step: 1, span: span(0, 4), at: 1600 }, 400);
    expect(lengths(events())).toEqual([
      ['wait', 2, 1, 1000, 1100],
      ['compute', 2, 1, 1100, 1500],
      ['send', 2, 2, 1500, 1600],
    ]);
    expect(events().at(-1)?.args).toEqual({ step: 1, leaves: '0+4' });
  });

  it('draws nothing of a row over another part of it, whatever workers say', () => {
    const { timeline, events } = record();
    timeline.joined('7', 'one');
    const spans = [span(0, 2), span(2, 1), span(3, 1)];
    for (const each of spans) timeline.leased({ worker: '7', step: 1, span: each, at: 1000 });
    spans.forEach((each, index) =>
      timeline.answered(
        { worker: '7', step: 1, span: each, at: 1500 + 100 * index },
        [450, 5000, -3][index]!,
      ),
    );
    for (const row of [1, 2]) {
      const drawn = events().filter(({ ph, pid, tid }) => ph === 'X' && pid === 2 && tid === row);
      expect(drawn.length).toBeGreaterThanOrEqual(3);
      drawn
        .slice(1)
        .forEach((event, i) => expect(event.ts).toBeGreaterThanOrEqual(drawn[i]!.ts + drawn[i]!.dur!));
    }
  });

  it('draws what waited for its like once that is done', () => {
    const { timeline, events } = record();
    timeline.section('checkpoint', 10, 100, 500);
    timeline.section('checkpoint', 20, 300, 700);
    expect(lengths(events())).toEqual([
      ['checkpoint', 1, 4, 100, 500],
      ['checkpoint', 1, 4, 500, 700],
    ]);
  });

  it('knows nothing of answers to leases that were not sent, or were forgotten', () => {
    const { timeline, events } = record();
    timeline.joined('7', 'one');
    timeline.answered({ worker: '8', step: 1, span: span(0, 4), at: 1600 }, 400);
    timeline.leased({ worker: '7', step: 1, span: span(0, 4), at: 1000 });
    timeline.forget(1);
    timeline.answered({ worker: '7', step: 1, span: span(0, 4), at: 1600 }, 400);
    expect(lengths(events())).toEqual([]);
  });

  it('escapes names', () => {
    const { timeline, events } = record();
    timeline.joined('7', '"],[{\n');
    expect(events()[1]?.args).toEqual({ name: '"],[{\n' });
  });
});
