import { defineConfig } from 'vite';

/**
 * The kernels, of WebAssembly and of plain TypeScript, and the workload that proves each are the same for every page and thread:
 * apart, they are loaded once.
 */
const codeSplitting = {
  groups: [{ name: 'kernels', test: /libs.math.src|libs.nn.src.golden-(?:kernels|numbers)/ }],
};
/** Hints for bundlers are of no use to a browser. */
const comments = { annotation: false, jsdoc: false, legal: true };
/** Constants stay where they are: the kernels' text would be copied to each place that uses it. */
const optimization = { inlineConst: false };

/**
 * The sources of `msgpackr/index-no-eval`, taken apart: its one file holds streams and iterators too, which no page uses. What makes it
 * generate no code, which the pages' policy forbids, is done here as that build does it: its one `new Function` becomes another name.
 */
const msgpackr = {
  name: 'msgpackr-no-eval',
  enforce: 'pre',
  resolveId: (id) => (id === 'msgpackr/index-no-eval' ? '\0msgpackr-no-eval' : null),
  load: (id) =>
    id === '\0msgpackr-no-eval'
      ? `import { Packr, RESET_BUFFER_MODE } from 'msgpackr/pack'; export default { Packr, RESET_BUFFER_MODE };`
      : null,
  transform: {
    filter: { id: /msgpackr.unpack\.js$/ },
    handler: (code) => code.replace('new Function(', 'new BlockedFunction('),
  },
};

export default defineConfig({
  root: 'src',
  // Wherever a proxy puts them, the pages find what lies beside them.
  base: './',
  publicDir: 'public',
  plugins: [msgpackr],
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
    plugins: () => [msgpackr],
    rolldownOptions: { output: { codeSplitting, comments }, optimization, checks: { pluginTimings: false } },
  },
});
