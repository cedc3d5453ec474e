import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bindKernels, type NativeKernels } from './kernels.ts';
import { baselineOf, parseOverride, runsVariant, VARIANT_NAMES, VARIANTS, type Variant } from './variants.ts';

/** What the build left in its folder beside the libraries (build.mjs). */
export interface BuildReport {
  readonly platform: string;
  readonly arch: string;
  readonly variants: readonly Variant[];
  readonly compiler?: string;
  /** Why something was not built. */
  readonly failure?: string;
}

/** Where the libraries are looked for, and what chooses among them; tests give their own. */
export interface LibrarySource {
  readonly folder?: string;
  /** In place of the environment variable LOCKSTEP_NATIVE. */
  readonly override?: string;
}

/** A library that is loaded, or why there is none; one line for people. */
export type LoadedLibrary =
  | { readonly kernels: NativeKernels; readonly variant: Variant; readonly why: string }
  | { readonly kernels: undefined; readonly why: string; readonly isOff: boolean };

const REPORT = 'native.json';
const REMEDY = 'install gcc and run npm run build';

/** dist/ of this room, from its sources, and from a bundle in the dist/ of an application beside it, or in a folder there. */
const folders = ['../dist', '../../../libs/math-native/dist', '../../../../libs/math-native/dist'];

function defaultFolder(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  const candidates = folders.map((folder) => path.join(here, folder));
  return candidates.find((folder) => existsSync(path.join(folder, REPORT))) ?? candidates[0]!;
}

/** What was built, or undefined when the build was not run. */
export function readBuildReport(folder = defaultFolder()): BuildReport | undefined {
  try {
    return JSON.parse(readFileSync(path.join(folder, REPORT), 'utf8')) as BuildReport;
  } catch {
    return undefined;
  }
}

/** The same in one line for people: which instruction sets were built, with what, and what went wrong. */
export function describeNativeKernels(folder?: string): string {
  const report = readBuildReport(folder);
  if (report === undefined) return 'not built';
  const { variants, compiler, failure } = report;
  const names = variants.map((variant) => VARIANT_NAMES[variant]).join(', ');
  const built = variants.length === 0 ? 'none' : `${names}, built with ${compiler}`;
  return failure === undefined ? built : `${built}; ${failure}`;
}

/**
 * Loads the kernels for the widest vectors that were built and that this processor has, or those that LOCKSTEP_NATIVE names.
 * Never throws: what stands in the way is an answer.
 */
export async function loadLibrary({
  folder = defaultFolder(),
  override = process.env.LOCKSTEP_NATIVE,
}: LibrarySource = {}): Promise<LoadedLibrary> {
  const wanted = parseOverride(override);
  if (wanted === undefined) {
    return none(`LOCKSTEP_NATIVE is "${override}"; it may be ${VARIANTS.join(', ')} or off`);
  }
  if (wanted === 'off') return { ...none('LOCKSTEP_NATIVE is off'), isOff: true };
  const report = readBuildReport(folder);
  if (report === undefined) return none('they were not built: run npm run build');
  const { variants, failure, platform, arch } = report;
  if (platform !== process.platform || arch !== process.arch) {
    return none(
      `they were built for ${platform} ${arch}, and this is ${process.platform} ${process.arch}: run npm run build`,
    );
  }
  const baseline = baselineOf(arch);
  if (baseline === undefined || !variants.includes(baseline)) {
    return none(failure === undefined ? `nothing was built: ${REMEDY}` : `${failure}: ${REMEDY}`);
  }
  try {
    const open = await opener(folder);
    const features = open(baseline).features();
    const runnable = VARIANTS.filter(
      (variant) => variants.includes(variant) && runsVariant(variant, features),
    );
    if (wanted === 'any') {
      const variant = runnable[0]!;
      return {
        kernels: open(variant),
        variant,
        why: `a C compiler built the native kernels, and this processor has ${VARIANT_NAMES[variant]}`,
      };
    }
    if (runnable.includes(wanted)) {
      return { kernels: open(wanted), variant: wanted, why: `LOCKSTEP_NATIVE is ${wanted}` };
    }
    const isBuilt = variants.includes(wanted);
    return none(
      `LOCKSTEP_NATIVE is ${wanted}, which ${isBuilt ? 'this processor does not run' : 'was not built here'}; here run ` +
        runnable.join(', '),
    );
  } catch (error) {
    return none(`they cannot be loaded: ${firstLine((error as Error).message)}`);
  }
}

const none = (why: string) => ({ kernels: undefined, why, isOff: false });

/** What opens the library of a variant. @throws when koffi is missing or the file is not a library */
async function opener(folder: string): Promise<(variant: Variant) => NativeKernels> {
  const { default: koffi } = await import('koffi');
  return (variant) => bindKernels(koffi.load(path.join(folder, `kernels-${variant}.so`)));
}

const firstLine = (text: string): string => text.split('\n')[0]!;
