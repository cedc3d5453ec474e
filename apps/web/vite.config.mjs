import { defineConfig } from 'vite';

/** The kernels, of WebAssembly and of plain TypeScript, are the same for every page and thread: apart, they are loaded once. */
const codeSplitting = { groups: [{ name: 'kernels', test: /libs.math.src.(?:wasm|reference)/ }] };
/** Constants stay where they are: the kernels' text would be copied to each place that uses it. */
const optimization = { inlineConst: false };

export default defineConfig({
  root: 'src',
  publicDir: 'public',
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
      output: { codeSplitting },
      optimization,
    },
  },
  worker: { format: 'es', rolldownOptions: { output: { codeSplitting }, optimization } },
});
