import { isIPv6 } from 'node:net';
import type { Allowance } from '@lockstep/transport';

/** Addresses remembered at a time; the one that was idle longest is forgotten first. */
const MOST_ADDRESSES = 4096;

interface Bucket {
  left: number;
  /** Milliseconds. */
  filledAt: number;
}

/** A token bucket for each address: the rate at which one peer, or one house, may do something. */
export class AddressBuckets {
  readonly #allowance: Allowance;
  readonly #now: () => number;
  /** In the order of their last use. */
  readonly #buckets = new Map<string, Bucket>();

  /** @param now milliseconds of a monotonic clock */
  constructor(allowance: Allowance, now: () => number) {
    this.#allowance = allowance;
    this.#now = now;
  }

  /** Uses up one of what `address` may do. @returns false when there is nothing left, and nothing was used up */
  take(address: string): boolean {
    const bucket = this.#bucketOf(address);
    if (bucket.left < 1) return false;
    bucket.left--;
    return true;
  }

  /** Uses up `count` of what `address` may do, or all that is left. */
  spend(address: string, count: number): void {
    const bucket = this.#bucketOf(address);
    bucket.left = Math.max(0, bucket.left - count);
  }

  /** Whether `take` would succeed. */
  hasLeft(address: string): boolean {
    return this.#bucketOf(address).left >= 1;
  }

  #bucketOf(address: string): Bucket {
    const key = networkOf(address);
    const now = this.#now();
    const { burst, perSecond } = this.#allowance;
    const bucket = this.#buckets.get(key) ?? { left: burst, filledAt: now };
    bucket.left = Math.min(burst, bucket.left + ((now - bucket.filledAt) / 1000) * perSecond);
    bucket.filledAt = now;
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > MOST_ADDRESSES) this.#buckets.delete(this.#buckets.keys().next().value!);
    return bucket;
  }
}

/**
 * What counts as one peer: an IPv4 address, also where IPv6 carries it; of an IPv6 address the network of 64 bits, since whoever
 * has one address there has them all.
 */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const groupsOf = (part: string | undefined): string[] =>
    part === undefined || part === '' ? [] : part.split(':');
  const [first, last] = [groupsOf(head), groupsOf(tail)];
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  const groups = [...first, ...Array.from({ length: zeros }, () => '0'), ...last];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
