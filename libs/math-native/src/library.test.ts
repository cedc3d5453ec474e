import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeNativeKernels, loadLibrary, readBuildReport } from './library.ts';
import { builtVariants, DIST } from './testing/built-variants.ts';
import { runsVariant } from './variants.ts';

const variants = await builtVariants();

describe('loadLibrary', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'lockstep-native-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const report = (content: object): void =>
    writeFileSync(
      path.join(folder, 'native.json'),
      JSON.stringify({ platform: process.platform, arch: process.arch, variants: [], ...content }),
    );

  if (variants.length > 0) {
    it('takes the widest vectors that were built and that the processor has', async () => {
      const { kernels, variant } = (await loadLibrary({ folder: DIST, override: '' })) as {
        kernels: unknown;
        variant: string;
      };
      expect(kernels).toBeDefined();
      expect(variant).toBe(variants[0]);
    });

    it.each(variants)('takes %s when it is asked to', async (variant) => {
      expect(await loadLibrary({ folder: DIST, override: variant })).toMatchObject({ variant });
    });

    it('says so when a library is not one', async () => {
      cpSync(path.join(DIST, 'native.json'), path.join(folder, 'native.json'));
      for (const variant of variants) writeFileSync(path.join(folder, `kernels-${variant}.so`), 'no library');
      const { kernels, why } = await loadLibrary({ folder, override: '' });
      expect(kernels).toBeUndefined();
      expect(why).toMatch(/^they cannot be loaded: .+$/);
    });

    it('says so when a library is missing', async () => {
      cpSync(path.join(DIST, 'native.json'), path.join(folder, 'native.json'));
      expect((await loadLibrary({ folder, override: '' })).why).toMatch(/^they cannot be loaded: .+$/);
    });
  }

  it('loads nothing when it is switched off, which is no failure', async () => {
    expect(await loadLibrary({ folder: DIST, override: 'off' })).toEqual({
      kernels: undefined,
      why: 'LOCKSTEP_NATIVE is off',
      isOff: true,
    });
  });

  it('says what LOCKSTEP_NATIVE may be', async () => {
    expect((await loadLibrary({ folder: DIST, override: 'mmx' })).why).toBe(
      'LOCKSTEP_NATIVE is "mmx"; it may be avx512, avx2, sse2, neon or off',
    );
  });

  it('says why there is no such variant here', async () => {
    const foreign = process.arch === 'x64' ? 'neon' : 'avx2';
    const { kernels, why } = await loadLibrary({ folder: DIST, override: foreign });
    expect(kernels).toBeUndefined();
    expect(why).not.toBe('');
  });

  it('says how to build when nothing was built', async () => {
    expect((await loadLibrary({ folder, override: '' })).why).toBe('they were not built: run npm run build');
  });

  it('says what to install when there was no compiler', async () => {
    report({ failure: 'no C compiler was found when Lockstep was installed (cc, gcc, clang)' });
    expect((await loadLibrary({ folder, override: '' })).why).toBe(
      'no C compiler was found when Lockstep was installed (cc, gcc, clang): install gcc and run npm run build',
    );
  });

  it('does not load what was built for another machine', async () => {
    report({ platform: 'plan9', variants: ['sse2'] });
    expect((await loadLibrary({ folder, override: '' })).why).toMatch(
      /^they were built for plan9 .*: run npm run build$/,
    );
  });
});

describe('readBuildReport', () => {
  it('tells what was built here, and with what', () => {
    expect(readBuildReport(DIST)).toMatchObject({ platform: process.platform, arch: process.arch });
  });

  it('is nothing where no build was run', () => {
    expect(readBuildReport('/nowhere')).toBeUndefined();
  });
});

describe('describeNativeKernels', () => {
  it('names what was built and what went wrong', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-native-'));
    const report = { variants: ['sse2', 'avx2'], compiler: 'gcc 1.0', failure: 'gcc 1.0 could not build' };
    writeFileSync(path.join(folder, 'native.json'), JSON.stringify(report));
    expect(describeNativeKernels(folder)).toBe('SSE2, AVX2, built with gcc 1.0; gcc 1.0 could not build');
    rmSync(folder, { recursive: true });
    expect(describeNativeKernels(folder)).toBe('not built');
  });
});

describe('runsVariant', () => {
  it('asks of a processor what the variant needs', () => {
    expect(runsVariant('sse2', 0)).toBe(true);
    expect(runsVariant('avx2', 0)).toBe(false);
    expect(runsVariant('avx2', 1)).toBe(true);
    expect(runsVariant('avx512', 1)).toBe(false);
    expect(runsVariant('avx512', 3)).toBe(true);
  });
});
