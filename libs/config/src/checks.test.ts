import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finite, hex, integer, list, Mismatch, object, oneOf, text, variant } from './checks.ts';

const message = variant({
  hello: object({ name: text(4), threads: integer(1, 8) }, { token: text(3) }),
  span: object({ leaves: list(integer(0, 9), 1, 2), kind: oneOf(['a', 'b']), sum: hex(4), loss: finite(0) }),
});
const span = { type: 'span', leaves: [1, 9], kind: 'b', sum: '00ff', loss: 0.5 };

describe('checks of values from elsewhere', () => {
  it('give back what passes, without optional fields that are undefined', () => {
    const hello = { type: 'hello', name: 'me', threads: 2 };
    expect(message(hello, '')).toEqual(hello);
    expect(message({ ...hello, token: 'x' }, '')).toEqual({ ...hello, token: 'x' });
    expect(Object.keys(message({ ...hello, token: undefined }, ''))).toEqual(['type', 'name', 'threads']);
    expect(message(span, '')).toEqual(span);
  });

  it.each([
    [{ ...span, leaves: [1, -1] }, 'leaves.1'],
    [{ ...span, leaves: [1, -0] }, 'leaves.1'],
    [{ ...span, leaves: [] }, 'leaves'],
    [{ ...span, leaves: { length: 1 } }, 'leaves'],
    [{ ...span, kind: 'c' }, 'kind'],
    [{ ...span, sum: '00FF' }, 'sum'],
    [{ ...span, loss: NaN }, 'loss'],
    [{ ...span, loss: '1' }, 'loss'],
    [{ ...span, more: 1 }, 'more'],
    [{ ...span, constructor: 1 }, 'constructor'],
    [{ type: 'hello', name: 'longer', threads: 1 }, 'name'],
    [{ type: 'hello', name: 'me', threads: 1, token: 4 }, 'token'],
    [{ type: 'hello', name: 'me' }, 'threads'],
    [{ type: 'toString' }, 'type'],
    [{ name: 'me' }, 'type'],
  ])('name the first field that is wrong: %j', (value, path) => {
    expect(() => message(value, '')).toThrowError(expect.objectContaining({ path }) as Error);
  });

  it('throw nothing but a mismatch, whatever the fields are', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        expect(() => message(value, '')).toThrowError(Mismatch);
      }),
    );
  });
});
