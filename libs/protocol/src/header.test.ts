import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { packHeader, unpackHeader } from './header.ts';

const other = new Packr({ useRecords: false, variableMapSize: true, int64AsType: 'number' });

const text = fc.string({ unit: 'grapheme', maxLength: 300 });
const key = fc.stringMatching(/^[a-z][a-zA-Z]{0,20}$/);
const number = fc.oneof(
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 }),
  fc.maxSafeNat(),
  fc.double({ noNaN: true }).filter((value) => !Object.is(value, -0)),
);
const pair = fc.tuple(text, number);
const header = fc.dictionary(key, fc.oneof(text, number, fc.array(pair, { maxLength: 4 })), {
  maxKeys: 18,
  noNullPrototype: true,
});

/** Headers that fit. */
const small = header.filter((fields) => JSON.stringify(fields).length < 1000);

describe('headers', () => {
  it('are msgpack as another implementation reads it', () => {
    fc.assert(
      fc.property(small, (fields) => {
        expect(other.unpack(packHeader(fields).slice())).toEqual(fields);
      }),
    );
  });

  it('are read as another implementation writes them', () => {
    fc.assert(
      fc.property(small, (fields) => {
        expect(unpackHeader(new Uint8Array(other.pack(fields)))).toEqual(fields);
      }),
    );
  });

  it('leave out what is undefined', () => {
    expect(unpackHeader(packHeader({ a: 1, b: undefined }).slice())).toEqual({ a: 1 });
  });

  it.each([
    0,
    127,
    128,
    255,
    256,
    65_535,
    65_536,
    2 ** 32 - 1,
    2 ** 32,
    -1,
    -32,
    -33,
    -128,
    -129,
    -32_769,
    0.5,
  ])('hold the number %d', (value) => {
    expect(unpackHeader(packHeader({ value }).slice())).toEqual({ value });
  });

  it('are refused when they are longer than a header may be', () => {
    expect(() => packHeader({ text: 'x'.repeat(5000) })).toThrow('header-too-large');
  });

  it('hold no booleans', () => {
    expect(() => packHeader({ isOpen: true })).toThrow('a header holds no true');
  });
});
