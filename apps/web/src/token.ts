/** The worker token in the fragment of the page's address: `#token=...`; a fragment never leaves the browser. */
export function tokenOf(fragment: string): string | undefined {
  const token = new URLSearchParams(fragment.replace(/^#/, '')).get('token');
  return token === null || token === '' ? undefined : token;
}
