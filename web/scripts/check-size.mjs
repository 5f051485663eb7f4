// The Studio's first load stays under 250 KB of JavaScript, gzipped: everything index.html asks for at once.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const LIMIT_KB = 250;
const page = readFileSync('dist/index.html', 'utf8');
const first = [...page.matchAll(/(?:src|href)="\.?\/?([^"]+\.js)"/g)].map(([, path]) => path);
if (first.length === 0) throw new Error('dist/index.html loads no script.');
let bytes = 0;
for (const path of first) bytes += gzipSync(readFileSync(`dist/${path}`), { level: 9 }).length;
const kilobytes = bytes / 1000;
console.log(`First load: ${kilobytes.toFixed(1)} KB of JavaScript, gzipped (at most ${LIMIT_KB}).`);
if (kilobytes > LIMIT_KB) process.exit(1);
