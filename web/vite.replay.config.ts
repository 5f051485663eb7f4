/** The page of a run without a server (`netlapse export RUN --replay`): everything in one file. */

import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  publicDir: false,
  plugins: [react(), tailwind()],
  // Parts that ask a server are left out.
  define: { 'import.meta.env.VITE_REPLAY': 'true' },
  build: {
    target: 'es2022',
    outDir: 'dist/replay',
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    cssCodeSplit: false,
    modulePreload: false,
    sourcemap: false,
    rolldownOptions: { input: 'replay.html', output: { codeSplitting: false } },
  },
});
