import { describe, expect, it } from 'vitest';
import { knowLanguage } from './known-language.ts';

/** As in a browser: the page cannot assign it. */
const browserOf = (language: string): { readonly language: string } =>
  Object.create({
    get language() {
      return language;
    },
  }) as { readonly language: string };

describe('the language of a browser', () => {
  it.each(['en-US', 'de', 'zh-Hant-TW'])('stays when it is one (%s)', (language) => {
    const browser = browserOf(language);
    knowLanguage(browser);
    expect(browser.language).toBe(language);
  });

  it.each(['en-US@posix', 'C', ''])('is English when it is none ("%s")', (language) => {
    const browser = browserOf(language);
    knowLanguage(browser);
    expect(browser.language).toBe('en-US');
    expect(() => new Intl.NumberFormat(browser.language)).not.toThrow();
  });
});
