import type { Memory } from './memory.ts';

/** Who this browser is in a run, the same after a reload. */
export interface Identity {
  /** 32 hex digits, made once; it stays in this browser, and only the name that follows from it is told. */
  readonly key: string;
  /** What people see; 1 to 64 characters. */
  readonly name: string;
}

const MANNERS = 'brisk calm eager jolly merry quiet sunny wise';
const ANIMALS = 'crane fox gecko heron lynx otter panda wren';

const MAX_NAME_LENGTH = 64;

/** The name of someone who chose none: two words and four digits, by the key. */
export function nameOf(key: string): string {
  const word = (words: string, digit: string | undefined): string =>
    words.split(' ')[Number.parseInt(digit ?? '0', 16) & 7]!;
  return `${word(MANNERS, key[0])}-${word(ANIMALS, key[1])}-${key.slice(2, 6)}`;
}

/** @param fill puts random bytes in place */
export function loadIdentity(memory: Memory, fill: (bytes: Uint8Array<ArrayBuffer>) => void): Identity {
  let key = memory.get('key');
  if (key === undefined || !/^[0-9a-f]{32}$/.test(key)) {
    const bytes = new Uint8Array(16);
    fill(bytes);
    key = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    memory.set('key', key);
  }
  return { key, name: cleanedName(memory.get('name') ?? '') ?? nameOf(key) };
}

/** A name as somebody typed it, without blanks around; undefined when nothing is left. */
export function cleanedName(typed: string): string | undefined {
  return typed.trim().slice(0, MAX_NAME_LENGTH) || undefined;
}
