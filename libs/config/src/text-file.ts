import { ConfigError } from './config-error.ts';

/** Where bytes that are no text of one byte a letter show: a letter of UTF-16 has a zero beside it. */
const LOOKED_AT = 256;

/**
 * The text of a file that people write: UTF-8, with or without a byte-order mark, which some editors put in front.
 * @param where for messages: "--config run.json"
 * @throws {ConfigError} `bad-value` for any other encoding
 */
export function decodeText(bytes: Uint8Array, where: string): string {
  const [first, second] = bytes;
  const hasMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (hasMark || bytes.subarray(0, LOOKED_AT).includes(0)) {
    throw new ConfigError('bad-value', `${where} is UTF-16 text, or no text: save it as UTF-8`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ConfigError('bad-value', `${where} is no UTF-8 text: save it as UTF-8`, { cause });
  }
}
