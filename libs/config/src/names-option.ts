import { expected, type Common, type Option } from './option.ts';

/** Names, a comma list or a JSON list; its flag may be given several times. */
export const namesOption = (
  common: Omit<Common<readonly string[]>, 'defaultValue'>,
): Option<readonly string[]> => ({
  ...common,
  defaultValue: [],
  isRepeatable: true,
  parse(value) {
    const given: readonly unknown[] = Array.isArray(value) ? value : [value];
    const names = given.flatMap((text) => (typeof text === 'string' ? text.split(',') : [text]));
    const trimmed = names.map((name) => (typeof name === 'string' ? name.trim() : ''));
    if (trimmed.length > 0 && trimmed.every((name) => name !== '' && name.length <= 200))
      return [...new Set(trimmed)];
    throw expected('names, a comma list', value);
  },
});
