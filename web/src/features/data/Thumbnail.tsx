/** A small picture of a dataset, drawn from its samples. */

import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';

import type { Data } from '../../protocol/messages';
import { paintThumbnail } from '../../draw/thumbnail';
import { Canvas, type Paint, usePlotStyle } from '../Canvas';
import { datasetQuery, useDataset } from '../queries';

export function Thumbnail({ data, className }: { data: Data; className?: string }) {
  // What is trained comes first: the server looks at other datasets after it.
  const { preview: present, problem } = useDataset();
  const { data: preview } = useQuery({
    ...datasetQuery(data),
    // Images may not be on this machine: what is not there is not asked for.
    enabled: data.kind !== 'images' && (present !== null || problem !== null),
  });
  const style = usePlotStyle();
  const paint: Paint = useCallback(
    (context, width, height) => {
      if (preview) paintThumbnail(context, width, height, preview, style.theme, style.ink);
      else context.clearRect(0, 0, width, height);
    },
    [preview, style],
  );
  return <Canvas paint={paint} className={`block ${className ?? 'size-full'}`} />;
}
