/** Tabs of one browser that are told apart here; beyond, and where a browser has no locks, the coordinator tells them apart. */
const MOST_SEATS = 32;

type Locks = Pick<LockManager, 'request'>;

/**
 * A number that no other tab of this browser has at the time, the least there is, from 1. It is given back when this Web Worker ends,
 * however it does. Always 1 where the browser has no locks: they are kept for secure places.
 */
export async function takeSeat(locks: Locks | undefined): Promise<number> {
  if (locks === undefined) return 1;
  for (let seat = 1; seat <= MOST_SEATS; seat++) {
    if (await hold(locks, `lockstep-seat-${seat}`)) return seat;
  }
  return MOST_SEATS + 1;
}

/** Whether the lock of that name was free; then it is held from here on. */
const hold = (locks: Locks, name: string): Promise<boolean> =>
  new Promise((resolve) => {
    const request = locks.request(name, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise(() => undefined);
    });
    // Refused, as in a page of no origin: nobody can be told apart here.
    request.catch(() => resolve(true));
  });

/** The name of who sits there. */
export const seatedName = (name: string, seat: number): string => (seat === 1 ? name : `${name} (${seat})`);
