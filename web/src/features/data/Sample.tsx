/** One image, pixel by pixel. */

import { useEffect, useMemo, useRef } from 'react';

import { bytesOf, rgbaOf } from '../../core/imageData';
import type { SamplePage } from '../../protocol/messages';

interface Props {
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly page: SamplePage;
  /** What it shows; without it, the image is decoration. */
  readonly label?: string;
  readonly className?: string;
}

export function Sample({ bytes, at, page, label, className = '' }: Props) {
  const ref = useRef<HTMLCanvasElement>(null);
  const { height, width } = page;
  useEffect(() => {
    const pixels = new ImageData(rgbaOf(bytes, at, page), width, height);
    ref.current?.getContext('2d')?.putImageData(pixels, 0, 0);
  }, [bytes, at, page, width, height]);
  return (
    <canvas
      ref={ref}
      width={width}
      height={height}
      className={`block w-full bg-raised [image-rendering:pixelated] ${className}`}
      style={{ aspectRatio: `${width} / ${height}` }}
      {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
    />
  );
}

/** The pixels of a page, decoded once. */
export function usePixels(page: SamplePage | undefined): Uint8Array | null {
  return useMemo(() => (page ? bytesOf(page) : null), [page]);
}
