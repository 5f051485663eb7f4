// Puts script and style of the replay page into the page itself: dist/replay/ becomes dist/replay.html.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';

const FOLDER = 'dist/replay';
const read = (path) => readFileSync(`${FOLDER}/${path.replace(/^\.?\//, '')}`, 'utf8');

let page = readFileSync(`${FOLDER}/replay.html`, 'utf8');
// Functions as replacements: what is put in holds `$` and must not be read as a pattern.
page = page.replace(
  /<link rel="stylesheet"[^>]*href="([^"]+)"[^>]*>/g,
  (_, path) => `<style>${read(path)}</style>`,
);
page = page.replace(
  /<script type="module"[^>]*src="([^"]+)"[^>]*><\/script>/g,
  (_, path) => `<script type="module">${read(path).replaceAll('</script', '<\\/script')}</script>`,
);
if (/(?:src|href)="\.?\//.test(page)) throw new Error('The replay page still asks for a file.');
writeFileSync('dist/replay.html', page);
rmSync(FOLDER, { recursive: true });
