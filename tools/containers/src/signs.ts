import type { Event } from './project.ts';

export const numberIn = (event: Event | undefined, key: string): number => Number(event?.[key] ?? 0);

/** The step of the last checkpoint that was told. */
export const lastStep = (events: readonly Event[]): number =>
  numberIn(
    events.findLast(({ type }) => type === 'checkpoint'),
    'step',
  );

/** What a coordinator printed since its last start. */
export const sinceStart = (events: readonly Event[]): readonly Event[] =>
  events.slice(events.findLastIndex(({ type }) => type === 'started'));

/** By what is seen that something has happened: by all that the coordinator printed, and what it had printed before. */
export interface Sign {
  readonly what: string;
  isThere(events: readonly Event[], before: readonly Event[]): boolean;
}

/** A start that goes on from the last checkpoint of before, or a later one. */
export const coordinatorIsBack: Sign = {
  what: 'the coordinator starts again',
  isThere(events, before) {
    const [started] = sinceStart(events);
    return (
      started?.type === 'started' &&
      started['resumedFrom'] !== undefined &&
      numberIn(started, 'step') >= lastStep(before)
    );
  },
};

/** Without it the workers' number of before could be taken for that of after. */
export const workerIsBack: Sign = {
  what: 'a worker leaves, and then one joins',
  isThere(events, before) {
    const since = events.slice(before.length);
    const left = since.findIndex(({ type }) => type === 'worker-left');
    return left >= 0 && since.slice(left).some(({ type }) => type === 'worker-joined');
  },
};
