import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/**
 * `vite build web` writes the page to web/dist, which the API serves. `vite web` serves the page beside an API on its
 * usual port.
 */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsDir: 'assets',
    // The content security policy allows nothing inline, images included.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'baseline-widely-available',
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:3000' } },
});
