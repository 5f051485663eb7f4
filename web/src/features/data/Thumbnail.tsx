/** A small picture of a dataset, drawn from its samples. */

import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';

import { paintThumbnail } from '../../draw/thumbnail';
import type { Data, Images } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { datasetQuery, samplesQuery, useDataset, useIsHere } from '../queries';
import { Sample, usePixels } from './Sample';

interface Props {
  readonly data: Data;
  readonly className?: string;
}

export function Thumbnail({ data, className }: Props) {
  return data.kind === 'images' ? (
    <ImageThumbnail data={data} className={className ?? 'size-full'} />
  ) : (
    <PlotThumbnail data={data} className={className ?? 'size-full'} />
  );
}

/** What is trained comes first: the server looks at other datasets after it. */
function useTurn(): boolean {
  const { preview, problem } = useDataset();
  return preview !== null || problem !== null;
}

function PlotThumbnail({ data, className }: Required<Props>) {
  const { data: preview } = useQuery({ ...datasetQuery(data), enabled: useTurn() });
  const style = usePlotStyle();
  const paint: Paint = useCallback(
    (context, width, height) => {
      if (preview) paintThumbnail(context, width, height, preview, style.theme, style.ink);
      else context.clearRect(0, 0, width, height);
    },
    [preview, style],
  );
  return <Canvas paint={paint} className={`block ${className}`} />;
}

const SHOWN = 6;

/** Some images of a collection, or that it would have to be downloaded. */
function ImageThumbnail({ data, className }: { data: Images; className: string }) {
  const isHere = useIsHere(data);
  const enabled = useTurn() && isHere;
  // All presets of a collection share these.
  const request = {
    data: { kind: 'images', name: data.name } as Images,
    part: 'train',
    count: SHOWN,
  } as const;
  const { data: page } = useQuery({ ...samplesQuery(request), enabled });
  const bytes = usePixels(page);
  return (
    <span className={`grid place-items-center overflow-hidden bg-[#000] ${className}`}>
      {page && bytes ? (
        <span className="grid w-full grid-cols-3">
          {page.samples.map(({ index }, at) => (
            <Sample key={index} page={page} bytes={bytes} at={at} />
          ))}
        </span>
      ) : (
        <span className={isHere ? 'hidden' : 'text-[#9aa4b0]'}>
          <Icon name="save" size={18} />
        </span>
      )}
    </span>
  );
}
