import { expected, type Common, type Option } from './option.ts';

/** Scheme, host name or address, port, path: what no address of a coordinator goes without, and what it may have. */
const ADDRESS =
  /^(http|https|ws|wss):\/\/(\[[0-9a-f:.]+\]|[\p{L}\p{N}._-]+)(?::(\d{1,5}))?(\/[^\s?#\\]*)?$/iu;

/**
 * Addresses of a coordinator: `https://train.example.org/lockstep/`. Its flag may be given several times; one text may hold several,
 * with commas between. They come out as `http` or `https`, whichever of `ws` and `wss` was given, and with a slash at the end.
 */
export function addressesOption(
  common: Omit<Common<readonly string[]>, 'defaultValue'>,
): Option<readonly string[]> {
  return {
    ...common,
    defaultValue: [],
    isRepeatable: true,
    parse(value) {
      const given: readonly unknown[] = Array.isArray(value) ? value : [value];
      const texts = given.flatMap(textsIn);
      return [...new Set(texts.map((text) => addressOf(text)))];
    },
  };
}

/** One that is empty between commas is none: what puts a list together may not know how many it has. */
const textsIn = (given: unknown): readonly unknown[] =>
  typeof given === 'string' && given.includes(',')
    ? given.split(',').filter((text) => text.trim() !== '')
    : [given];

function addressOf(text: unknown): string {
  const [, scheme, host, port, path = '/'] = (typeof text === 'string' && ADDRESS.exec(text.trim())) || [];
  if (scheme === undefined || host === undefined || Number(port ?? 1) > 65_535 || Number(port ?? 1) === 0) {
    throw expected('addresses such as https://train.example.org/lockstep/', text);
  }
  const isSecure = ['https', 'wss'].includes(scheme.toLowerCase());
  const isUsual = port === undefined || Number(port) === (isSecure ? 443 : 80);
  const name = host.toLowerCase().replace(/\.$/, '');
  const place = isUsual ? name : `${name}:${Number(port)}`;
  return `${isSecure ? 'https' : 'http'}://${place}${path.replace(/\/*$/, '/')}`;
}
