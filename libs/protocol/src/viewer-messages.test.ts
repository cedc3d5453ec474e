import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from './errors.ts';
import { decodeViewerMessage } from './viewer-messages.ts';

describe('decodeViewerMessage', () => {
  it.each([
    { type: 'hello', role: 'viewer' },
    { type: 'hello', role: 'admin', token: 'secret' },
    { type: 'hello', role: 'volunteer', worker: '12' },
    { type: 'pause' },
    { type: 'remove', worker: '3' },
    { type: 'weights' },
  ])('takes %j', (message) => {
    expect(decodeViewerMessage(JSON.stringify(message))).toEqual(message);
  });

  it.each([
    '',
    'null',
    '[]',
    '{"type":"hello"}',
    '{"type":"hello","role":"god"}',
    '{"type":"hello","role":"viewer","more":1}',
    `{"type":"hello","role":"viewer","token":"${'x'.repeat(257)}"}`,
    '{"type":"remove","worker":"__proto__"}',
    '{"type":"remove","worker":3}',
    '{"type":"pause","worker":"3"}',
    '{"type":"shutdown"}',
  ])('refuses %s', (text) => {
    expect(() => decodeViewerMessage(text)).toThrow(ProtocolError);
  });

  it('takes or refuses any text, and throws nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(() => decodeViewerMessage(text)).toThrow(ProtocolError);
      }),
    );
  });
});
