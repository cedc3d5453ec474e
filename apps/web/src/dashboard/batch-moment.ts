import type { BatchPicture, SpanPicture } from '@lockstep/metrics';

/** A step as it was some milliseconds after its start. */
export interface BatchMoment {
  readonly leafCount: number;
  /** Spans that were given out by then, each as it was then. */
  readonly spans: readonly SpanPicture[];
}

/** The moment `ms` after the start of the step; spans that a later lease took over are left out. */
export function momentOf({ leafCount, spans }: BatchPicture, ms: number): BatchMoment {
  const begun = spans.filter((span) => span[5] <= ms);
  const isReplaced = (span: SpanPicture, index: number): boolean =>
    begun.slice(index + 1).some((later) => later[0] < span[0] + span[1] && span[0] < later[0] + later[1]);
  const lostCount = begun.filter(([, , , , state]) => state === 'lost').length;
  const seen =
    lostCount === 0 ? begun : begun.filter((span, index) => span[4] !== 'lost' || !isReplaced(span, index));
  return { leafCount, spans: seen.map((span) => asOf(span, ms)) };
}

/** Nothing had come of it before its end. */
function asOf(span: SpanPicture, ms: number): SpanPicture {
  const [first, count, worker, second, , leasedMs, endedMs] = span;
  if (endedMs < 0 || endedMs <= ms) return span;
  return [first, count, worker, second, 'leased', leasedMs, -1];
}
