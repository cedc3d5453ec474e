import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { goldenFolder } from './paths.ts';

/** The workload as plain ES modules that import nothing. */
export interface Bundles {
  /** Holds command-line.js, page.js and web-worker.js. */
  readonly folder: string;
  /** Removes the folder. */
  remove(): void;
}

/** Bundles the workload, or with `entry` another module instead of it for the command line. */
export async function bundleWorkload(entry = 'src/workload/command-line.ts'): Promise<Bundles> {
  const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-golden-'));
  await build({
    entryPoints: {
      'command-line': entry,
      page: 'src/workload/browser/page.ts',
      'web-worker': 'src/workload/browser/web-worker.ts',
    },
    absWorkingDir: goldenFolder,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'neutral',
    target: 'es2022',
    format: 'esm',
    logLevel: 'error',
  });
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Bundles the workload for native kernels into `file`, from where Node must find `koffi`. */
export async function bundleNativeWorkload(file: string): Promise<void> {
  await build({
    entryPoints: ['src/workload/native.ts'],
    absWorkingDir: goldenFolder,
    outfile: file,
    bundle: true,
    platform: 'node',
    external: ['koffi'],
    target: 'node20',
    format: 'esm',
    logLevel: 'error',
  });
}
