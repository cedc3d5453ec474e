import { defineConfig } from 'vite';
import { leanMsgpackr } from './src/build/lean-msgpackr.ts';
import { withoutSchemas } from './src/build/without-schemas.ts';

/**
 * The kernels, of WebAssembly and of plain TypeScript, and the workload that proves each are the same for every page and thread:
 * apart, they are loaded once.
 */
const codeSplitting = {
  groups: [
    {
      name: 'kernels',
      test: /libs.math.src|libs.nn.src.golden.(?:digests|golden-numbers|golden-part|(?:kernel|operation|row)-parts)\./,
    },
  ],
};
/** Hints for bundlers are of no use to a browser. */
const comments = { annotation: false, jsdoc: false, legal: true };
/** Constants stay where they are: the kernels' text would be copied to each place that uses it. */
const optimization = { inlineConst: false };

export default defineConfig({
  root: 'src',
  // Wherever a proxy puts them, the pages find what lies beside them.
  base: './',
  publicDir: 'public',
  plugins: [leanMsgpackr()],
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    target: 'es2022',
    manifest: true,
    modulePreload: { polyfill: false },
    // No data: addresses: the pages' own policy forbids them.
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { join: 'src/index.html', dashboard: 'src/dashboard.html' },
      output: { codeSplitting, comments },
      optimization,
      // A machine that is busy is no fault of the build's.
      checks: { pluginTimings: false },
    },
  },
  worker: {
    format: 'es',
    plugins: () => [leanMsgpackr(), withoutSchemas()],
    rolldownOptions: { output: { codeSplitting, comments }, optimization, checks: { pluginTimings: false } },
  },
});
