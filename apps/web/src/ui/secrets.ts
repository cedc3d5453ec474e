/** The secrets in the fragment of a page's address, which never leaves the browser. */
export interface Secrets {
  /** `#token=...`: of workers on the page to join, of viewers on the dashboard. */
  readonly token: string | undefined;
  /** `#admin=...` */
  readonly admin: string | undefined;
}

export function secretsOf(fragment: string): Secrets {
  // A plus sign stands for itself in a fragment, and is common in secrets; in a form it would be a blank.
  const parts = new URLSearchParams(fragment.replace(/^#/, '').replaceAll('+', '%2B'));
  return { token: parts.get('token') || undefined, admin: parts.get('admin') || undefined };
}

/**
 * Takes the secrets out of the address bar, so that they are not shown, bookmarked or sent on by mistake. This tab keeps them, so that
 * it can be loaded again.
 */
export function takeSecrets(key: string): Secrets {
  const given = secretsOf(location.hash);
  // Several coordinators may lie behind one name, each below a path of its own: none is shown the others' secrets.
  const place = `${key} ${location.pathname}`;
  if (given.token === undefined && given.admin === undefined) return kept(place);
  history.replaceState(null, '', location.pathname + location.search);
  try {
    sessionStorage.setItem(place, JSON.stringify(given));
  } catch {
    // A browser that keeps nothing needs the whole link again after a reload.
  }
  return given;
}

function kept(key: string): Secrets {
  try {
    const value = JSON.parse(sessionStorage.getItem(key) ?? '{}') as Partial<
      Record<'token' | 'admin', unknown>
    >;
    const text = (part: unknown): string | undefined => (typeof part === 'string' ? part : undefined);
    return { token: text(value.token), admin: text(value.admin) };
  } catch {
    return { token: undefined, admin: undefined };
  }
}
