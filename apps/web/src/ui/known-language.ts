/** What a page calls itself in where its browser's language is none. */
const OTHERWISE = 'en-US';

/**
 * Gives `browser` a language that `Intl` knows. Chromium without its own translations names the system's locale where that is C or
 * POSIX ("en-US@posix", seen in 131), and uPlot hands the language to `Intl.NumberFormat` as it loads, which throws.
 */
export function knowLanguage(browser: { readonly language: string }): void {
  try {
    Intl.getCanonicalLocales(browser.language);
  } catch {
    Object.defineProperty(browser, 'language', { value: OTHERWISE, configurable: true });
  }
}
