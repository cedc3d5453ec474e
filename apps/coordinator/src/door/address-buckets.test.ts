import { describe, expect, it } from 'vitest';
import { AddressBuckets, networkOf } from './address-buckets.ts';

describe('the buckets of addresses', () => {
  it('give a burst at once, then so many a second, to each address', () => {
    let now = 0;
    const buckets = new AddressBuckets({ burst: 3, perSecond: 2 }, () => now);
    const taken = (address: string): number => {
      let count = 0;
      while (buckets.take(address)) count++;
      return count;
    };
    expect(taken('10.0.0.1')).toBe(3);
    expect(buckets.hasLeft('10.0.0.1')).toBe(false);
    expect(taken('10.0.0.2')).toBe(3);
    now = 499;
    expect(taken('10.0.0.1')).toBe(0);
    now = 500;
    expect(buckets.hasLeft('10.0.0.1')).toBe(true);
    expect(taken('10.0.0.1')).toBe(1);
    now = 60_000;
    expect(taken('10.0.0.1')).toBe(3);
  });

  it('are forgotten when there are too many, the idle ones first', () => {
    const buckets = new AddressBuckets({ burst: 1, perSecond: 0 }, () => 0);
    buckets.take('10.0.0.1');
    buckets.take('10.0.0.2');
    for (let i = 0; i < 4095; i++) {
      buckets.take(`10.1.${i >> 8}.${i & 255}`);
      buckets.hasLeft('10.0.0.2');
    }
    expect(buckets.hasLeft('10.0.0.2')).toBe(false);
    expect(buckets.hasLeft('10.0.0.1')).toBe(true);
  });
});

describe('the network of an address', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:192.168.1.2', '192.168.1.2'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('of %s is %s', (address, network) => expect(networkOf(address)).toBe(network));
});
