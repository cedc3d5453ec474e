import { CommandError, EXIT } from './command-error.ts';

/** Characters that a token has: shorter secrets can be guessed. */
const LENGTH = { min: 16, max: 128 } as const;

/** Those that a header of HTTP carries, one byte each. */
const TRAVELS = /^[\x21-\x7e]*$/;
/** Those that are something else in the fragment of a link, where a token is put as it is. */
const MEANS_ELSE_IN_LINKS = /[#%&]/;

/**
 * The token in a text that somebody gave: without the white space around it, which the end of a line leaves in a file as in the
 * environment; undefined where nothing else is there.
 */
export const tokenIn = (text: string | undefined): string | undefined => text?.trim() || undefined;

/** Why `token` cannot be one, in words that follow its name and repeat nothing of it; undefined where it can. */
export function whyNoToken(token: string): string | undefined {
  const { length } = token;
  if (length < LENGTH.min || length > LENGTH.max) return `has ${length} characters`;
  if (!TRAVELS.test(token)) return 'has a blank, a control character or one that is not ASCII';
  if (MEANS_ELSE_IN_LINKS.test(token)) return 'has one of # % &, which a link does not carry as they are';
  return undefined;
}

/**
 * The token in `text`, if there is any.
 * @param name for people: of the variable, or the file
 * @throws {CommandError} exit 2 when it cannot be one
 */
export function checkedToken(name: string, text: string | undefined): string | undefined {
  const token = tokenIn(text);
  const why = token === undefined ? undefined : whyNoToken(token);
  if (why === undefined) return token;
  throw new CommandError(
    EXIT.usage,
    `${name} ${why}: use ${LENGTH.min} to ${LENGTH.max} letters, digits and any of - . _ ~ + / =`,
  );
}
