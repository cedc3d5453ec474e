type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** What this browser remembers for the page: of itself for good, of a tab until it is closed. Nothing where it keeps nothing. */
export class Memory {
  readonly #store: Store | undefined;

  /** @param store undefined where the browser keeps nothing */
  constructor(store: Store | undefined) {
    this.#store = store;
  }

  static of(kind: 'localStorage' | 'sessionStorage'): Memory {
    try {
      return new Memory(globalThis[kind]);
    } catch {
      return new Memory(undefined);
    }
  }

  get(key: string): string | undefined {
    try {
      return this.#store?.getItem(`lockstep-${key}`) ?? undefined;
    } catch {
      return undefined;
    }
  }

  set(key: string, value: string): void {
    try {
      this.#store?.setItem(`lockstep-${key}`, value);
    } catch {
      // Full, or not allowed: it is asked again next time.
    }
  }

  remove(key: string): void {
    this.#store?.removeItem(`lockstep-${key}`);
  }
}
