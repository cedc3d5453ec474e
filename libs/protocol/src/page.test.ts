import { Mismatch } from '@lockstep/config';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import page from '../PROTOCOL.md?raw';
import { CLOSE_CODES, CLOSE_FOR_REFUSAL } from './close-codes.ts';
import { coordinatorSchema } from './coordinator-schema.ts';
import { PROTOCOL_ERROR_CODES } from './errors.ts';
import { MAX_HEADER_BYTES } from './header.ts';
import { HANDSHAKE_LIMITS, HEARTBEAT_MILLIS } from './limits.ts';
import { INVALID_REASONS, REFUSAL_CODES, STANDBY_REASONS, VERDICTS } from './messages.ts';
import { anyCoordinatorMessage, anyWorkerMessage } from './testing/message-arbitraries.ts';
import { quotedIn, sectionOf, tablesOf, tableWith } from './testing/page.ts';
import { CONTRACT, PROTOCOL_VERSION } from './versions.ts';
import { decodeViewerMessage, MAX_VIEWER_MESSAGE_BYTES } from './viewer-messages.ts';
import { workerSchema } from './worker-schema.ts';

const WORKER = '### Worker to coordinator';
const COORDINATOR = '### Coordinator to worker';
const MAX_UINT32 = 2 ** 32 - 1;

/** The names in the first column of the table below the message `message`, in their order. */
function namesOf(column: string, message: string): readonly string[] {
  const rest = sectionOf(page, COORDINATOR).split(`**\`${message}\`**`)[1]!.split('\n**')[0]!;
  const table = tablesOf(rest).find(({ columns }) => columns[0] === column && columns[1] === 'means');
  return table!.rows.map((row) => quotedIn(row[column]!)[0]!);
}

describe('the tables of PROTOCOL.md', () => {
  it('have the close codes, all of them, in their order', () => {
    const rows = tableWith(page, '## Close codes', 'code').rows.map((row) => ({
      name: quotedIn(row['name (`CLOSE_CODES`)']!)[0],
      code: Number(row['code']),
      reason: row['reason'],
      comesBack: row['worker comes back'],
    }));
    expect(rows).toEqual(
      Object.entries(CLOSE_CODES).map(([name, { code, reason, isFinal }]) => ({
        ...{ name, code, reason },
        // The one whose close alone does not tell.
        comesBack: name === 'token' ? 'no, if `refused`' : isFinal ? 'no' : 'yes',
      })),
    );
  });

  it('have the verdicts, the reasons of invalid ones, and of standing by', () => {
    expect([...namesOf('verdict', 'verdict')].toSorted()).toEqual([...VERDICTS].toSorted());
    expect(namesOf('reason', 'verdict')).toEqual(INVALID_REASONS);
    expect(namesOf('reason', 'standby')).toEqual(STANDBY_REASONS);
  });

  it('have the codes of refusals, and how the connection ends after each', () => {
    const { rows } = tableWith(page, COORDINATOR, 'code');
    expect(rows.map((row) => [quotedIn(row['code']!)[0], Number(row['closes with'])])).toEqual(
      REFUSAL_CODES.map((code) => [code, CLOSE_FOR_REFUSAL[code].code]),
    );
  });

  it('have the codes of errors', () => {
    const { rows } = tableWith(page, '## Errors', 'code');
    expect(rows.map((row) => quotedIn(row['code']!)[0])).toEqual(PROTOCOL_ERROR_CODES);
  });
});

type Check = (value: unknown, path: string) => unknown;

/** One field as the page has it: what a check of it says of a wrong value, and a value that is right. */
interface Documented {
  readonly expected: string;
  readonly example: unknown;
  readonly isOptional: boolean;
}

/** What a cell of the column "value" stands for. */
function meaningOf(cell: string, message: string): Documented {
  const isOptional = cell.endsWith(', optional');
  const value = cell.replace(/, optional$/, '');
  const number = (text: string): number => (text === '2^32 - 1' ? MAX_UINT32 : Number(text));
  const integers = (min: number, max: number) => ({
    expected: `an integer from ${min} to ${max}`,
    example: max,
    isOptional,
  });
  if (/^counters?$/.test(value)) return integers(0, Number.MAX_SAFE_INTEGER);
  const [, from, to] = /^(\d+) to (\d+|2\^32 - 1)$/.exec(value) ?? [];
  if (from !== undefined) return integers(number(from), number(to!));
  const [, most] = /^text, at most (\d+)$/.exec(value) ?? [];
  if (most !== undefined) {
    return {
      expected: `a text of at most ${most} characters`,
      example: 'x'.repeat(Number(most)),
      isOptional,
    };
  }
  const [, digits] = /^(\d+) hex digits$/.exec(value) ?? [];
  if (digits !== undefined) {
    return {
      expected: `${digits} lower-case hex digits`,
      example: 'a'.repeat(Number(digits)),
      isOptional,
    };
  }
  if (value === 'span') {
    return { expected: 'an object', example: { firstLeaf: 0, leafCount: 1 }, isOptional };
  }
  const [, column] = /^an? (\w+) below$/.exec(value) ?? [];
  const names = column === undefined ? quotedIn(value) : namesOf(column, message);
  if (names.length === 0) throw new Error(`${message}: nobody knows what "${cell}" means`);
  return { expected: `one of ${names.join(', ')}`, example: names[0], isOptional };
}

/** The fields of every message below a heading. */
function messagesOf(heading: string): ReadonlyMap<string, ReadonlyMap<string, Documented>> {
  const found = new Map<string, ReadonlyMap<string, Documented>>();
  const section = sectionOf(page, heading);
  for (const part of section.split(/^(?=\*\*`)/m)) {
    const [, message] = /^\*\*`(\w+)`\*\*/.exec(part) ?? [];
    if (message === undefined) continue;
    const fields = tablesOf(part).filter(({ columns }) => columns[0] === 'field');
    expect(fields, message).toHaveLength(1);
    const entries = fields[0]!.rows.flatMap((row) =>
      quotedIn(row['field']!).map((field) => [field, meaningOf(row['value']!, message)] as const),
    );
    found.set(message, new Map(entries));
  }
  return found;
}

/** What a check has against a value; undefined when nothing. */
function objection(
  check: Check,
  value: unknown,
): { readonly path: string; readonly expected: string } | undefined {
  try {
    check(value, '');
    return undefined;
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    return { path: error.path, expected: error.expected };
  }
}

const DIRECTIONS: readonly (readonly [string, string, Check, fc.Arbitrary<{ readonly type: string }>])[] = [
  ['of a worker', WORKER, workerSchema, anyWorkerMessage],
  ['of a coordinator', COORDINATOR, coordinatorSchema, anyCoordinatorMessage],
];

describe.each(DIRECTIONS)('the messages %s in PROTOCOL.md', (_whose, heading, schema, anyMessage) => {
  const documented = messagesOf(heading);

  it('are those that the code knows', () => {
    expect(objection(schema, { type: 'none' })).toEqual({
      path: 'type',
      expected: expect.any(String),
    });
    const known = objection(schema, { type: 'none' })!.expected.split(', ');
    expect([...documented.keys()].toSorted()).toEqual(known.toSorted());
  });

  it('have the fields that the code sends, each with its bounds', () => {
    for (const [type, fields] of documented) {
      const whole = Object.fromEntries([...fields].map(([name, { example }]) => [name, example]));
      expect(objection(schema, { type, ...whole }), type).toBeUndefined();
      for (const [name, { expected, isOptional }] of fields) {
        const { [name]: _, ...without } = whole;
        const what = `${type}.${name}`;
        const missing = isOptional ? undefined : { path: name, expected: 'to be there' };
        expect(objection(schema, { type, ...without }), what).toEqual(missing);
        expect(objection(schema, { type, ...whole, [name]: true }), what).toEqual({ path: name, expected });
      }
      expect(objection(schema, { type, ...whole, other: 1 })).toEqual({
        path: 'other',
        expected: 'no such field',
      });
    }
  });

  it('leave out none of the fields, also of those that need not be there', () => {
    const tensors = ['configJson', 'type', 'gradient', 'lossSum', 'weights', 'rows', 'labels', 'outputs'];
    for (const { type, ...fields } of fc.sample(anyMessage, 500)) {
      const names = Object.keys(fields).filter((name) => !tensors.includes(name));
      expect([...documented.get(type)!.keys()], type).toEqual(expect.arrayContaining(names));
    }
  });
});

describe('the messages of viewers in PROTOCOL.md', () => {
  const rows = tableWith(page, '## Viewers', 'type').rows;
  const EXAMPLES: Readonly<Record<string, string>> = {
    'number as text': '1234567890123456',
    'text, at most 256': 'x'.repeat(256),
  };

  it('are taken as they stand there', () => {
    for (const row of rows) {
      const fields = row['fields beside `type`']!.split('; ').filter((field) => field !== '');
      const message = Object.fromEntries(
        fields.map((field) => {
          const [, name, value] = /^`(\w+)`: (.*?)(?:, optional)?$/.exec(field)!;
          return [name!, EXAMPLES[value!] ?? quotedIn(value!)[0]!];
        }),
      );
      for (const type of quotedIn(row['type']!)) {
        expect(decodeViewerMessage(JSON.stringify({ type, ...message }))).toEqual({ type, ...message });
        for (const field of fields) {
          const name = quotedIn(field)[0]!;
          const { [name]: _, ...without } = message;
          const decode = (): unknown => decodeViewerMessage(JSON.stringify({ type, ...without }));
          if (field.endsWith(', optional')) expect(decode()).toEqual({ type, ...without });
          else expect(decode, `${type} without ${name}`).toThrow('bad-field');
        }
        for (const name of ['role', 'token', 'worker']) {
          if (name in message) continue;
          const decode = (): unknown =>
            decodeViewerMessage(JSON.stringify({ type, ...message, [name]: 'viewer' }));
          expect(decode, `${type} with ${name}`).toThrow('bad-field');
        }
      }
    }
  });

  it('are all that the code takes: it tells them in its refusal', () => {
    const types = rows.flatMap((row) => quotedIn(row['type']!));
    for (const type of types)
      expect(() => decodeViewerMessage(`{"type":"${type}x"}`)).toThrow(/invalid|type/i);
    let refusal = '';
    try {
      decodeViewerMessage('{"type":"none"}');
    } catch (error) {
      refusal = String(error);
    }
    expect(
      [...refusal.matchAll(/"(\w+)"/g)]
        .map(([, type]) => type)
        .filter((type) => type !== 'none')
        .toSorted(),
    ).toEqual(types.toSorted());
  });

  it('name workers by a text of digits, never by a number', () => {
    expect(() => decodeViewerMessage('{"type":"kill","worker":7}')).toThrow('bad-field');
    expect(() => decodeViewerMessage(`{"type":"kill","worker":"${'1'.repeat(17)}"}`)).toThrow('bad-field');
    expect(page).toContain('1 to 16 digits');
  });
});

describe('the numbers in PROTOCOL.md', () => {
  it.each([
    [`The Lockstep protocol, version ${PROTOCOL_VERSION}`],
    [`version of this page: ${PROTOCOL_VERSION} `],
    [`exactness contract: \`${CONTRACT}\``],
    [`header length H, \`u32\` little-endian, at most ${MAX_HEADER_BYTES}`],
    [`the header length is above ${MAX_HEADER_BYTES}`],
    [`none above ${HANDSHAKE_LIMITS.maxFrameBytes.toLocaleString('en-US')} bytes`],
    [`sends a \`heartbeat\` every ${HEARTBEAT_MILLIS / 1000} seconds`],
    [`JSON texts (\`src/viewer-messages.ts\`), at most ${MAX_VIEWER_MESSAGE_BYTES} bytes each`],
  ])('are those of the code: "%s"', (text) => {
    expect(page).toContain(text);
  });
});
