/** Most characters (code points) of a name that people see. */
export const MAX_NAME_LENGTH = 64;

/** Terminal sequences (CSI and OSC), whole, so that their printable rest does not stay behind. */
const ESCAPE_SEQUENCES =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\u001b\]|\u009d)[^\u0007\u001b\u009c]*(?:\u0007|\u001b\\|\u009c)?/gu;

/** Control characters, invisible and direction-changing format characters, lone surrogates, line and paragraph separators. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/**
 * A peer's text made safe to print: no terminal sequences, control or invisible characters, single spaces, at most
 * `maxLength` characters. It may still hold markup: escape it in a page. Cleaning twice changes nothing.
 */
export function cleanName(text: string, maxLength: number = MAX_NAME_LENGTH): string {
  const printable = text.replace(ESCAPE_SEQUENCES, '').replace(/\s+/gu, ' ').replace(UNPRINTABLE, '');
  const singleSpaced = printable.replace(/ +/gu, ' ').trim();
  return [...singleSpaced].slice(0, maxLength).join('').trimEnd();
}
