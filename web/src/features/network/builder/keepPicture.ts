/** Pictures as files. */

const ENLARGED = 2;
/** The widest canvas that every browser draws. */
const WIDEST = 16_000;

export function keep(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** The SVG at an address as pixels, twice as many each way. */
export async function keepAsPng(
  { width, height }: { readonly width: number; readonly height: number },
  address: string,
  name: string,
): Promise<void> {
  const image = new Image();
  image.src = address;
  await image.decode();
  const enlarged = Math.min(ENLARGED, WIDEST / width);
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * enlarged);
  canvas.height = Math.round(height * enlarged);
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const png = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (png === null) throw new Error('The browser could not draw the picture: save it as SVG.');
  keep(png, name);
}
