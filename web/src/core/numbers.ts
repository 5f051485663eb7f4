/** Numbers as the page writes them: three significant digits, a true minus sign, commas in counts. */

const counts = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A whole number: 12,345. */
export function count(value: number): string {
  return counts.format(value);
}

/** So many of something: 1 row, 2 rows. */
export function plural(value: number, word: string): string {
  return value === 1 ? `1 ${word}` : `${count(value)} ${word}s`;
}

/** Three significant digits (or as many as are asked for): 0.123, 12.3, 1,230, 1.23e−5. */
export function digits(value: number | null | undefined, significant = 3): string {
  if (value === null || value === undefined) return '–';
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (value === 0) return '0';
  const size = Math.abs(value);
  let text: string;
  if (size < 1e-3 || size >= 1e6) {
    text = value.toExponential(significant - 1).replace('+', '');
  } else if (size >= 10 ** significant) {
    text = counts.format(Number(value.toPrecision(significant)));
  } else {
    text = value.toPrecision(significant);
  }
  return text.replaceAll('-', '−');
}

/** A share as a percentage: 97.5 %. */
export function percent(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  if (value === 1) return '100 %';
  return `${(100 * value).toFixed(1)} %`;
}

/** Epochs done: whole ones as such, else with one decimal. */
export function epochs(value: number): string {
  const whole = Math.round(value);
  if (Math.abs(value - whole) < 1e-6) return count(whole);
  return value.toLocaleString('en-US', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** A size in bytes: 12.3 MB. */
export function bytes(value: number): string {
  let size = value;
  for (const unit of ['bytes', 'KB', 'MB', 'GB']) {
    if (size < 1000 || unit === 'GB')
      return unit === 'bytes' ? `${count(size)} bytes` : `${digits(size)} ${unit}`;
    size /= 1000;
  }
  return '';
}

/** The number in a text that a person typed; null where it is none. */
export function parseNumber(text: string): number | null {
  const trimmed = text
    .trim()
    .replaceAll('−', '-')
    .replace(/^([+-]?\d+),(\d+)$/, '$1.$2');
  if (trimmed === '') return null;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : null;
}

/** A round number not below the value: 1, 2 or 5 times a power of ten. */
export function roundUp(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((step) => step * power >= value * (1 - 1e-9)) ?? 10;
  return Number((factor * power).toPrecision(1));
}
