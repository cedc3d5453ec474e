import { decode, encode } from '@msgpack/msgpack';
import { build } from 'esbuild';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { packHeader, unpackHeader } from './header.ts';
import { HEADERS } from './testing/golden-headers.ts';

/** Everything that the library can write, and a peer could send. */
const everything = new Packr({ moreTypes: true, structuredClone: true, useBigIntExtension: true });
const records = new Packr({ useRecords: true });

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
/** What is packed is valid until the next header is. */
const packed = (fields: Readonly<Record<string, unknown>>): Uint8Array => Uint8Array.from(packHeader(fields));

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
        expect(decode(packed(fields))).toEqual(fields);
      }),
    );
  });

  it('are read as another implementation writes them', () => {
    fc.assert(
      fc.property(small, (fields) => {
        expect(unpackHeader(encode(fields))).toEqual(fields);
      }),
    );
  });

  it('leave out what is undefined', () => {
    expect(unpackHeader(packed({ a: 1, b: undefined }))).toEqual({ a: 1 });
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
    expect(unpackHeader(packed({ value }))).toEqual({ value });
  });

  it('are refused when they are longer than a header may be', () => {
    expect(() => packHeader({ text: 'x'.repeat(5000) })).toThrow('header-too-large');
  });

  it('do not change when the next one is written, once they are copied', () => {
    const first = packed({ text: 'first'.repeat(30) });
    packHeader({ text: 'other'.repeat(30) });
    expect(unpackHeader(first)).toEqual({ text: 'first'.repeat(30) });
  });

  it('of a text longer than 64 bytes lose the byte-order mark that it begins with', () => {
    const read = (text: string): unknown => unpackHeader(packed({ text }))['text'];
    expect(read('\ufeffmark')).toBe('\ufeffmark');
    expect(read(`\ufeff${'x'.repeat(62)}`)).toBe('x'.repeat(62));
  });
});

describe('the bytes of a header never change', () => {
  it.each(HEADERS)('%s', (_, hex, fields) => {
    expect(hexOf(packHeader(fields))).toBe(hex);
  });

  it('where there is no Buffer either, as in a browser', async () => {
    const { outputFiles } = await build({
      entryPoints: [fileURLToPath(new URL('header.ts', import.meta.url))],
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'header',
    });
    const browser = { TextEncoder, TextDecoder };
    const pack = runInNewContext(`${outputFiles[0]!.text}; header.packHeader`, browser) as typeof packHeader;
    expect(HEADERS.map(([name, , fields]) => [name, hexOf(pack(fields))])).toEqual(
      HEADERS.map(([name, hex]) => [name, hex]),
    );
  });
});

describe('what the library could read, and headers do not hold, does not reach it', () => {
  const list: unknown[] = [1];
  list.push(list);
  it.each([
    ['a boolean', true],
    ['nil', null],
    ['nothing', undefined],
    ['a big integer', 2n ** 70n],
    ['a date', new Date(0)],
    ['a regular expression', /a/u],
    ['a set', new Set([1])],
    ['an error', new RangeError('a')],
    ['bytes', new Uint8Array(2)],
    ['floats', new Float32Array(2)],
    ['a list that holds itself', list],
    ['numbers as keys', new Map([[1, 1]])],
    ['a map four deep', { b: { c: { d: {} } } }],
  ])('%s', (_, value) => {
    for (const fields of [{ a: value }, { a: [value] }, { a: new Map([['b', value]]) }]) {
      const bytes = Uint8Array.from(everything.pack(new Map(Object.entries(fields))));
      expect(() => unpackHeader(bytes)).toThrow("bad-header: the frame's header is not valid");
    }
  });

  it('records', () => {
    expect(() => unpackHeader(Uint8Array.from(records.pack({ a: 1 })))).toThrow('it is not a map');
    expect(() => unpackHeader(Uint8Array.from(records.pack(new Map([['a', { b: 1 }]]))))).toThrow('0xd4');
  });

  it.each([
    ['9 bytes', [0xa9]],
    ['a length of one byte', [0xd9, 9]],
    ['a length of two bytes', [0xda, 0, 9]],
  ])('the key __proto__, written as a text of %s', (_, length) => {
    const key = [...length, ...Buffer.from('__proto__')];
    expect(() => unpackHeader(Uint8Array.from([0x81, ...key, 0x80]))).toThrow('a key is no name of a field');
    const inner = Uint8Array.from([0x81, 0xa1, 0x61, 0x81, ...key, 0x80]);
    expect(() => unpackHeader(inner)).toThrow('a key is no name of a field');
  });

  it('but keys that only look like it are names as any other', () => {
    for (const name of ['__proto_', '_____proto__', 'x__proto__', '__proto__x', '__Proto__', 'constructor']) {
      const fields = unpackHeader(packed({ [name]: 1 }));
      expect(Object.entries(fields)).toEqual([[name, 1]]);
      expect(Object.getPrototypeOf(fields)).toBe(Object.prototype);
    }
  });
});
