// How the screen is built: `vite build --config ui/vite.config.ts` writes `dist/ui`, which the server hands out as
// files; `vite --config ui/vite.config.ts` serves it while developing and passes `/api` on to a running Clew.

import { defineConfig } from 'vite';
import react from '@vitejs/plugin-react';

export default defineConfig({
  root: new URL('.', import.meta.url).pathname,
  base: '/',
  plugins: [react()],
  build: {
    outDir: '../dist/ui',
    emptyOutDir: true,
    manifest: true,
    target: 'es2022',
    // The server's content security policy permits no inline script.
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  server: {
    host: '127.0.0.1',
    proxy: Object.fromEntries(
      ['/api', '/loki', '/tempo', '/prometheus'].map((path) => [
        path,
        {
          target: process.env['CLEW_URL'] ?? 'http://127.0.0.1:3000',
          changeOrigin: true,
          ws: true,
        },
      ]),
    ),
  },
});
