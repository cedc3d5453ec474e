import { MAX_NAME_LENGTH } from '@lockstep/protocol';

/**
 * The name by which one is told from all who are there: its own, or with the least number behind it that nobody has. Two tabs of one
 * browser have one name, and so have containers whose process ids and host names are alike.
 */
export function distinctName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let number = 2; ; number++) {
    const mark = ` (${number})`;
    const start = [...name].slice(0, MAX_NAME_LENGTH - mark.length).join('');
    if (!taken.has(start + mark)) return start + mark;
  }
}
