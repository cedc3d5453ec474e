/** What runs this program, by its own name: Bun and Deno call themselves Node too. */
export function engineName(
  versions: Readonly<Record<string, string | undefined>> = process.versions,
): string {
  for (const name of ['bun', 'deno', 'node']) {
    if (versions[name] !== undefined) return `${name} ${versions[name]}`;
  }
  return 'unknown';
}

/** Bun and Deno say which Node they are like, and Bun, which runs JavaScriptCore, even which V8. */
export function engineFacts(
  versions: Readonly<Record<string, string | undefined>> = process.versions,
): Readonly<Record<string, string>> {
  const { node = 'none', v8 = 'none', bun, deno, webkit = 'unknown' } = versions;
  if (bun !== undefined) return { nodeLikeness: node, javascriptcore: webkit };
  return deno === undefined ? { node, v8 } : { nodeLikeness: node, v8 };
}
