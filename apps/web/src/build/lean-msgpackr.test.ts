import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { Packr, RESET_BUFFER_MODE } from 'msgpackr';
import { build, type Rollup } from 'vite';
import { describe, expect, it } from 'vitest';
import { leanMsgpackr } from './lean-msgpackr.ts';

interface Codec {
  pack(value: unknown): Uint8Array;
  unpack(bytes: Uint8Array): unknown;
}

const SETTINGS = { useRecords: false, variableMapSize: true, int64AsType: 'number' } as const;
const ENTRY = 'virtual:codec';

/** The library as pages have it, built as they are. */
async function leanCodec(): Promise<{ readonly codec: Codec; readonly length: number }> {
  const text = `
    import msgpackr from 'msgpackr/index-no-eval';
    const packr = new msgpackr.Packr(${JSON.stringify(SETTINGS)});
    export const pack = (value) => packr.pack(value, msgpackr.RESET_BUFFER_MODE);
    export const unpack = (bytes) => packr.unpack(bytes);`;
  const entry = {
    name: 'codec',
    resolveId: (id: string) => (id === ENTRY ? `\0${ENTRY}` : null),
    load: (id: string) => (id === `\0${ENTRY}` ? text : null),
  };
  const rolldownOptions = { input: ENTRY, preserveEntrySignatures: 'strict' as const };
  const built = (await build({
    ...{ configFile: false, logLevel: 'silent', plugins: [leanMsgpackr(), entry] },
    build: { write: false, minify: true, target: 'es2022', modulePreload: false, rolldownOptions },
  })) as Rollup.RollupOutput;
  const { code } = built.output[0];
  const url = `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
  return { codec: (await import(/* @vite-ignore */ url)) as Codec, length: code.length };
}

const whole = new Packr(SETTINGS);
const { codec, length } = await leanCodec();

const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ maxLength: 20 }),
  fc.integer({ min: 0, max: 70_000 }).map((units) => 'aü'.repeat(units).slice(0, units)),
);
const number = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double(), fc.integer({ min: -300, max: 300 }));
const value = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 2 }, text, number, tie('list'), tie('map')),
  list: fc.array(tie('any'), { maxLength: 18 }),
  map: fc.dictionary(fc.string({ maxLength: 40 }), tie('any'), { maxKeys: 18, noNullPrototype: true }),
})).any;

describe("the pages' msgpackr", () => {
  it('writes and reads what headers are made of as the whole library does', () => {
    fc.assert(
      fc.property(value, (given) => {
        const bytes = Uint8Array.from(whole.pack(given, RESET_BUFFER_MODE));
        expect(Buffer.compare(codec.pack(given), bytes)).toBe(0);
        expect(isDeepStrictEqual(codec.unpack(bytes), whole.unpack(bytes))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('refuses what is cut off, and works on', () => {
    const bytes = Uint8Array.from(whole.pack({ type: 'hello', list: ['a'.repeat(300)] }));
    for (let end = 0; end < bytes.length; end += 7) {
      expect(() => codec.unpack(bytes.slice(0, end))).toThrowError();
    }
    expect(codec.unpack(bytes)).toEqual({ type: 'hello', list: ['a'.repeat(300)] });
  });

  it.each([
    ['a record', new Packr({ useRecords: true }).pack({ a: 1 })],
    ['a date', whole.pack(new Date(5))],
    ['bytes', whole.pack(Uint8Array.of(1, 2, 3))],
    ['a reference', new Packr({ structuredClone: true }).pack(((o) => [o, o])({ a: 1 }))],
  ])('does not read %s, which no header holds', (_what, bytes) => {
    expect(() => codec.unpack(Uint8Array.from(bytes))).toThrowError();
  });

  it('is half of it', () => {
    expect(length).toBeLessThan(14_000);
  });
});
