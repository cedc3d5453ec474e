/** A node of a program's syntax as bundlers parse it (ESTree). Places count UTF-16 units. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

/** A piece of a source, and what stands there instead. */
export interface Cut {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

/** The nodes directly inside. */
export const childrenOf = (node: Node): readonly Node[] => Object.values(node).flat().filter(isNode);

/** `code` with its cuts made. Of two that overlap the outer one is made. */
export function cutCode(code: string, cuts: readonly Cut[]): string {
  let rest = '';
  let at = 0;
  for (const { start, end, text } of cuts.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (start < at) continue;
    rest += code.slice(at, start) + text;
    at = end;
  }
  return rest + code.slice(at);
}
