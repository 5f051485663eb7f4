/// <reference types="vitest/config" />
import tailwind from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// `NETLAPSE_SERVER=http://127.0.0.1:8000 npm run dev` serves the page from here and asks a running Studio for data.
const server = process.env.NETLAPSE_SERVER;

export default defineConfig({
  base: './',
  plugins: [react(), tailwind()],
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, sourcemap: false },
  ...(server ? { server: { proxy: { '/api': { target: server, ws: true } } } } : {}),
  test: { environment: 'node', include: ['src/**/*.test.ts'] },
});
