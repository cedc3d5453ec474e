import { describe, expect, it } from 'vitest';
import { installedVersion, programOf } from './npm-package.ts';

const nothing = { name: '@nobody/engine', major: 3, program: 'bin/engine' };

describe('an engine from npm', () => {
  it('lies in a folder of its own inside this tool, which git ignores', () => {
    const place = 'tools/golden/.engines/nobody-engine-3/node_modules/@nobody/engine/bin/engine';
    expect(programOf(nothing).replaceAll('\\', '/').endsWith(place)).toBe(true);
  });

  it('has no version before it is installed', () => {
    expect(installedVersion(nothing)).toBeUndefined();
  });
});
