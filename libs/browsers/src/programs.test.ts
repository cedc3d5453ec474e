import { afterEach, describe, expect, it, vi } from 'vitest';
import { launchBrowser } from './launch-browser.ts';
import { missingProgram } from './programs.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a browser that is not here', () => {
  it.each([
    ['chromium', 'CHROMIUM_PATH', 'chromium', 'apt-get install chromium)'],
    ['firefox', 'FIREFOX_PATH', 'firefox-esr', 'apt-get install firefox-esr)'],
    ['webkit', 'WEBKIT_DRIVER_PATH', 'WebKitWebDriver', 'apt-get install webkit2gtk-driver xvfb)'],
  ] as const)(
    '%s: is missed before it is launched, and launching says how to get it',
    async (name, variable, program, remedy) => {
      vi.stubEnv(variable, '/nowhere/at/all');
      expect(missingProgram(name)).toBe(program);
      await expect(launchBrowser(name)).rejects.toMatchObject({
        code: 'not-installed',
        message: expect.stringContaining(remedy),
      });
    },
  );

  it('is one that does not start, when the environment names another program', async () => {
    vi.stubEnv('FIREFOX_PATH', '/bin/true');
    expect(missingProgram('firefox')).toBeUndefined();
    await expect(launchBrowser('firefox')).rejects.toMatchObject({
      code: 'did-not-start',
      message: expect.stringContaining('ended too early'),
    });
  });
});
