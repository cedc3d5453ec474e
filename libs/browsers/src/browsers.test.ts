import { describe, expect, it } from 'vitest';
import { browsersToTest } from './browsers-to-test.ts';
import { describeBrowser } from './testing/describe-browser.ts';

for (const name of browsersToTest()) describeBrowser(name, { tellsProblems: name !== 'webkit' });

describe('browsersToTest', () => {
  it('reads the names, and refuses one that is no browser', () => {
    expect(browsersToTest('firefox,webkit')).toEqual(['firefox', 'webkit']);
    expect(() => browsersToTest('firefox,netscape')).toThrow('names "netscape"');
  });
});
