/** What all kinds of one sort go by: "dense" among layers, "cosine" among schedules. */
export interface Kind {
  readonly type: string;
}

/** The kinds of one sort by their type. `register` adds one that is not Lockstep's own, in every process that is to know it. */
export class KindList<K extends Kind> {
  readonly #byType = new Map<string, K>();

  constructor(kinds: readonly K[]) {
    for (const kind of kinds) this.register(kind);
  }

  get types(): readonly string[] {
    return [...this.#byType.keys()];
  }

  find(type: string): K | undefined {
    return this.#byType.get(type);
  }

  /** Of a type that was checked before. @throws {RangeError} */
  of(type: string): K {
    const kind = this.#byType.get(type);
    if (kind === undefined) throw new RangeError(`no kind "${type}" among ${this.types.join(', ')}`);
    return kind;
  }

  /** @throws {RangeError} where there is one of that type */
  register(kind: K): void {
    if (this.#byType.has(kind.type)) throw new RangeError(`there is a kind "${kind.type}" already`);
    this.#byType.set(kind.type, kind);
  }
}
