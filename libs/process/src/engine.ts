/** What runs this program, by its own name: Bun and Deno call themselves Node too. */
export function engineName(
  versions: Readonly<Record<string, string | undefined>> = process.versions,
): string {
  for (const name of ['bun', 'deno', 'node']) {
    if (versions[name] !== undefined) return `${name} ${versions[name]}`;
  }
  return 'unknown';
}
