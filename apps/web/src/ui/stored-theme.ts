export type Theme = 'auto' | 'light' | 'dark';

const KEY = 'lockstep-theme';

/** Whether the person's system is dark. */
export const darkness = matchMedia('(prefers-color-scheme: dark)');

/** What the person chose on either page; `auto` follows the system. */
export function storedTheme(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'auto';
  } catch {
    return 'auto';
  }
}

export function storeTheme(choice: Theme): void {
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // A browser that keeps nothing shows the choice until the page is closed.
  }
}
