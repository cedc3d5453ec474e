import type { WorkerPicture } from '@lockstep/metrics';

export type SortKey = 'name' | 'share' | 'rowsPerSecond' | 'latencyMs' | 'strikes';

export interface Order {
  readonly key: SortKey;
  readonly isDescending: boolean;
}

export interface WorkerRow {
  readonly worker: WorkerPicture;
  /** Of all rows that counted, 0 to 1. */
  readonly share: number;
}

/** The workers that match what is searched for, those who are there first, in that order. */
export function rowsOf(
  workers: readonly WorkerPicture[],
  search: string,
  order: Order,
): readonly WorkerRow[] {
  const total = workers.reduce((sum, { rows }) => sum + rows, 0);
  const wanted = search.trim().toLowerCase();
  const matches = ({ name, engine, backend, kind, state }: WorkerPicture): boolean =>
    `${name} ${engine} ${backend} ${kind} ${state}`.toLowerCase().includes(wanted);
  const valueOf = ({ worker, share }: WorkerRow): number | string => {
    if (order.key === 'name') return worker.name.toLowerCase();
    return order.key === 'share' ? share : worker[order.key];
  };
  const sign = order.isDescending ? -1 : 1;
  return workers
    .filter(matches)
    .map((worker) => ({ worker, share: total > 0 ? worker.rows / total : 0 }))
    .sort((a, b) => {
      const isGone = Number(a.worker.state === 'left') - Number(b.worker.state === 'left');
      if (isGone !== 0) return isGone;
      const [left, right] = [valueOf(a), valueOf(b)];
      return left < right ? -sign : left > right ? sign : Number(a.worker.id) - Number(b.worker.id);
    });
}
