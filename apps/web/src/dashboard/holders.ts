import type { Holder, LivePicture } from '@lockstep/metrics';

/** Who holds the run now; a picture of an earlier version shows it paused and does not say by whom. */
export const holdersOf = ({
  phase,
  heldBy = phase === 'paused' ? ['administrator'] : [],
}: Pick<LivePicture, 'phase' | 'heldBy'>): readonly Holder[] => heldBy;

/** The administrator's order that does something, and what it does not do. */
export function holdOrderOf(holders: readonly Holder[]): {
  readonly order: 'pause' | 'resume';
  readonly title?: string;
} {
  const isInTerminal = holders.includes('terminal');
  if (!holders.includes('administrator')) {
    return { order: 'pause', ...(isInTerminal ? { title: 'It stays paused after fg.' } : {}) };
  }
  return { order: 'resume', ...(isInTerminal ? { title: 'It goes on once fg was typed too.' } : {}) };
}
