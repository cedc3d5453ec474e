/** Most bytes of UTF-8 that a close frame carries beside its code. */
const MAX_REASON_BYTES = 123;

/** `reason` cut to what a close frame carries, between characters. */
export function clipReason(reason: string): string {
  let byteLength = 0;
  let end = 0;
  for (const character of reason) {
    byteLength += utf8Length(character.codePointAt(0)!);
    if (byteLength > MAX_REASON_BYTES) break;
    end += character.length;
  }
  return reason.slice(0, end);
}

function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}
