import { describe, expect, it } from 'vitest';
import { decodeText } from './text-file.ts';

const MARK = [0xef, 0xbb, 0xbf];
const bytesOf = (text: string, encoding: BufferEncoding = 'utf8'): Buffer => Buffer.from(text, encoding);

describe('decodeText', () => {
  it('drops a byte-order mark, and leaves everything else as it is', () => {
    const text = '{"lr": 0.1,\r\n "dataset": "Zürich"}\r\n';
    expect(decodeText(bytesOf(text), 'x')).toBe(text);
    expect(decodeText(Buffer.concat([Buffer.from(MARK), bytesOf(text)]), 'x')).toBe(text);
    expect(decodeText(new Uint8Array(0), 'x')).toBe('');
  });

  it.each([
    ['little-endian with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), bytesOf('{}', 'utf16le')])],
    ['little-endian without', bytesOf('{"lr": 0.1}', 'utf16le')],
    [
      'big-endian with its mark',
      Buffer.concat([Buffer.from([0xfe, 0xff]), bytesOf('{}', 'utf16le').swap16()]),
    ],
  ])('refuses UTF-16, %s, and says what to do', (_what, bytes) => {
    expect(() => decodeText(bytes, '--config x')).toThrowError(
      /^--config x is UTF-16 text, or no text: save it as UTF-8$/,
    );
  });

  it('refuses bytes of an older encoding rather than read other letters', () => {
    expect(() => decodeText(bytesOf('{"dataset": "Zürich"}', 'latin1'), 'x')).toThrowError(
      /is no UTF-8 text/,
    );
  });
});
