/// <reference types="vitest/config" />
import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

// `NETLAPSE_SERVER=http://127.0.0.1:8000 npm run dev` serves the page from here and asks a running Studio for data.
const server = process.env.NETLAPSE_SERVER;

/** Every browser that runs the Studio reads woff2: the older forms of KaTeX's fonts stay out. */
const woff2Only: Plugin = {
  name: 'woff2-only',
  enforce: 'pre',
  transform: (code, id) =>
    /katex(\.min)?\.css/.test(id)
      ? code.replaceAll(/,\s*url\([^)]*\.(?:woff|ttf)\)\s*format\("[a-z]+"\)/g, '')
      : undefined,
};

export default defineConfig({
  base: './',
  plugins: [woff2Only, react(), tailwind()],
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, sourcemap: false },
  ...(server ? { server: { proxy: { '/api': { target: server, ws: true } } } } : {}),
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
});
