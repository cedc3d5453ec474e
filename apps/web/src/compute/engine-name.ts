/** Engines by what their user agent says, the more particular first: Edge says Chrome and Safari too. */
const ENGINES: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bEdgA?\/(\d+)/, 'Edge'],
  [/\bFirefox\/(\d+)/, 'Firefox'],
  [/\b(?:Headless)?Chrom(?:e|ium)\/(\d+)/, 'Chromium'],
  [/\bVersion\/(\d+).*\bSafari\//, 'Safari'],
];

/** The browser's engine and its major version, for people: "Chromium 156". */
export function engineName(userAgent: string): string {
  for (const [pattern, name] of ENGINES) {
    const version = pattern.exec(userAgent)?.[1];
    if (version !== undefined) return `${name} ${version}`;
  }
  return 'browser';
}
