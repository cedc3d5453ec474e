/** Names with `*` for anything, as a regular expression. */
export const patternOf = (match: string): RegExp =>
  new RegExp(`^${match.replace(/[.*+?^${}()|[\]\\]/g, (unit) => (unit === '*' ? '.*' : `\\${unit}`))}$`);
