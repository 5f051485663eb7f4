/** Marks of SVG as text. Looks are attributes, so that the picture needs no style sheet. */

export function rect(
  x: number,
  y: number,
  width: number,
  height: number,
  fill: string,
  edge: string,
  more = '',
): string {
  return `<rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" fill="${fill}" stroke="${edge}"${more}/>`;
}

export function text(
  x: number,
  y: number,
  words: string,
  fill: string,
  { size, bold = false, middle = false }: { size: number; bold?: boolean; middle?: boolean },
): string {
  return `<text x="${n(x)}" y="${n(y)}" font-size="${size}" fill="${fill}"${bold ? ' font-weight="600"' : ''}${middle ? ' text-anchor="middle"' : ''}>${escaped(words)}</text>`;
}

export function escaped(words: string): string {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A number as SVG has it: two decimals are enough. */
export function n(value: number): string {
  return String(Math.round(value * 100) / 100);
}
