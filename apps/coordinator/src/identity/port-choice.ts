/** Where a coordinator listens. */
export interface PortChoice {
  /** 0 for any free one. */
  readonly first: number;
  /** Whether it was the port of the run's last start, by which workers still look for it, and not one that was given now. */
  readonly isOfLastStart: boolean;
  /** Taken when the first is in use; undefined when that is an error. */
  readonly otherwise: number | undefined;
}

export interface PortFacts {
  /** The setting. */
  readonly given: number;
  /** Whether somebody set it. */
  readonly isGiven: boolean;
  /** That of the run's last start. */
  readonly last: number | undefined;
}

/**
 * A start that is not told where to listen, or may listen anywhere, listens where the last one of its run did: what that one printed
 * stays true, and whoever waits for it finds it.
 */
export function portsOf({ given, isGiven, last }: PortFacts): PortChoice {
  if (last === undefined || (isGiven && given !== 0)) {
    return { first: given, isOfLastStart: false, otherwise: undefined };
  }
  return { first: last, isOfLastStart: true, otherwise: isGiven ? 0 : undefined };
}
