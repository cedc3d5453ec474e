import { effect, signal } from '@preact/signals';

export type Theme = 'auto' | 'light' | 'dark';

const KEY = 'lockstep-theme';
const darkness = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(darkness.matches);
darkness.addEventListener('change', () => (systemIsDark.value = darkness.matches));

/** What the person chose; `auto` follows the system. */
export const theme = signal<Theme>(stored());

/** Whether the page is dark now. */
export const isDark = (): boolean => (theme.value === 'auto' ? systemIsDark.value : theme.value === 'dark');

/** Whether movement is to be left out. */
export const isStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Puts the theme on the page, and keeps it there. */
export function startTheme(): void {
  effect(() => {
    document.documentElement.dataset['theme'] = isDark() ? 'dark' : 'light';
  });
}

export function chooseTheme(choice: Theme): void {
  theme.value = choice;
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // A browser that keeps nothing shows the choice until the page is closed.
  }
}

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'auto';
  } catch {
    return 'auto';
  }
}
