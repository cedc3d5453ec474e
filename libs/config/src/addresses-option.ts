import type { ConfigError } from './config-error.ts';
import { expected, type Common, type Option } from './option.ts';
import { withoutSecrets } from './shown-address.ts';

/** Scheme, host name or address, port, path: what no address of a coordinator goes without, and what it may have. */
const ADDRESS =
  /^(http|https|ws|wss):\/\/(\[[0-9a-f:.]+\]|[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*\.?)(?::(\d{1,5}))?(\/[^\s?#\\]*)?$/iu;
/** The address of a page, which is below that of its coordinator. */
const PAGE = /\/dashboard\/*$/;

/**
 * Addresses of a coordinator: `https://train.example.org/lockstep/`. Its flag may be given several times; one text may hold several,
 * with commas between. No flag may hold empty places alone; a variable may, which something else put together. They come out as `http` or `https`, whichever of `ws` and `wss` was given, and with a slash at the end.
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
      const addresses = given.flatMap((text) => textsIn(text).map((part) => addressOf(part, text)));
      if (given !== value || given.length === 0 || addresses.length > 0) return [...new Set(addresses)];
      throw wrong(given.join(' '), '');
    },
  };
}

/** One that is empty between commas is none: what puts a list together may not know how many it has. */
const textsIn = (given: unknown): readonly unknown[] =>
  typeof given === 'string' && given.includes(',')
    ? given.split(',').filter((text) => text.trim() !== '')
    : [given];

/** @param given what it is a part of: a password may have a comma in it */
function addressOf(text: unknown, given: unknown): string {
  const [, scheme, host, port, path = '/'] = (typeof text === 'string' && ADDRESS.exec(text.trim())) || [];
  if (scheme === undefined || host === undefined || Number(port ?? 1) > 65_535 || Number(port ?? 1) === 0) {
    throw refusal(text, given);
  }
  const isSecure = ['https', 'wss'].includes(scheme.toLowerCase());
  const isUsual = port === undefined || Number(port) === (isSecure ? 443 : 80);
  const name = host.toLowerCase().replace(/\.$/, '');
  const place = isUsual ? name : `${name}:${Number(port)}`;
  const address = `${isSecure ? 'https' : 'http'}://${place}${path.replace(/\/*$/, '/')}`;
  if (!URL.canParse(address)) throw refusal(text, given);
  if (PAGE.test(path)) throw wrong(address, ', which is the page of a coordinator: leave out /dashboard');
  return address;
}

/** What is shown of an address without what may be secret may look right: the words say what else there was. */
function refusal(text: unknown, given: unknown): ConfigError {
  const told = typeof given === 'string' && given.includes('@') ? given : text;
  if (typeof told !== 'string') return wrong(told, '');
  const where = told.includes('@')
    ? 'a name or password before it (...@)'
    : told.includes('#')
      ? 'a fragment behind it (#...)'
      : told.includes('?')
        ? 'a query behind it (?...)'
        : undefined;
  return wrong(withoutSecrets(told), where === undefined ? '' : ` with ${where}: leave that out`);
}

const wrong = (shown: unknown, why: string): ConfigError =>
  expected('addresses such as https://train.example.org/lockstep/', shown, why);
