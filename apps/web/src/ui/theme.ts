import { effect, signal } from '@preact/signals';
import { darkness, storedTheme, storeTheme, type Theme } from './stored-theme.ts';

export type { Theme } from './stored-theme.ts';

const systemIsDark = signal(darkness.matches);
darkness.addEventListener('change', () => (systemIsDark.value = darkness.matches));

/** What the person chose; `auto` follows the system. */
export const theme = signal<Theme>(storedTheme());

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
  storeTheme(choice);
}
