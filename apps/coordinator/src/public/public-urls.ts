import { isLoopback } from '../addresses.ts';

/** The addresses by which others call this coordinator: `--public-url`. */
export class PublicUrls {
  /** `http` or `https`, each path with a slash at its end. */
  readonly urls: readonly URL[];
  readonly #names: ReadonlySet<string>;
  readonly #origins: ReadonlySet<string>;
  /** Without the slash at their end, longest first. */
  readonly #prefixes: readonly string[];

  /** @param addresses as the option gives them */
  constructor(addresses: readonly string[]) {
    this.urls = addresses.map((address) => new URL(address));
    this.#names = new Set(this.urls.map(({ hostname }) => hostname));
    this.#origins = new Set(this.urls.map(({ origin }) => origin));
    const paths = new Set(this.urls.map(({ pathname }) => pathname.slice(0, -1)));
    this.#prefixes = [...paths].filter((path) => path !== '').sort((a, b) => b.length - a.length);
  }

  /** Whether they lead here from this machine alone. */
  get areLocal(): boolean {
    return [...this.#names].every((name) => isLoopback(name.replace(/^\[|\]$/g, '')));
  }

  /** @param hostname as a `URL` has it: lower case, IPv6 in brackets */
  hasName(hostname: string): boolean {
    return this.#names.has(hostname);
  }

  /** @param origin as a `URL` has it: without a usual port */
  hasOrigin(origin: string): boolean {
    return this.#origins.has(origin);
  }

  /**
   * What `path` is here, whether the proxy in front of this coordinator takes its prefix away or leaves it there; '' for a prefix
   * without its slash. What no prefix goes before stays as it is.
   */
  pathHere(path: string): string {
    const prefix = this.#prefixes.find((each) => path === each || path.startsWith(`${each}/`));
    return prefix === undefined ? path : path.slice(prefix.length);
  }
}
