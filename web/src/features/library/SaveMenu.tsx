/** A comparison as files: tables as CSV, all of it as Markdown, the curves as a picture. */

import { useState } from 'react';

import { lengthOf } from '../../core/library';
import { paintOverlay } from '../../draw/overlay';
import type { Comparison } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';
import { Popover } from '../../ui/Popover';
import { usePlotStyle } from '../Canvas';
import { keep } from '../network/builder/keepPicture';
import { studio } from '../studio';
import type { CurveOptions } from './ComparedCurves';
import { comparisonFile } from './libraryApi';

const SIZE = { width: 1200, height: 640 } as const;
const RATIO = 2;

interface Props {
  readonly comparison: Comparison;
  readonly runs: readonly string[];
  readonly titles: readonly string[];
  readonly options: CurveOptions;
}

export function SaveMenu({ comparison, runs, titles, options }: Props) {
  const [open, setOpen] = useState(false);
  const style = usePlotStyle();
  const savePicture = () => {
    const canvas = document.createElement('canvas');
    canvas.width = SIZE.width * RATIO;
    canvas.height = SIZE.height * RATIO;
    const context = canvas.getContext('2d');
    if (context === null) return;
    context.setTransform(RATIO, 0, 0, RATIO, 0, 0);
    const place = lengthOf(comparison.runs, options.along);
    paintOverlay(
      context,
      SIZE.width,
      SIZE.height,
      comparison.runs,
      { ...options, place, titles, legend: true },
      style,
    );
    canvas.toBlob((blob) => {
      if (blob === null) studio.notify('The browser could not draw the picture.', 'error');
      else keep(blob, 'comparison.png');
    });
    setOpen(false);
  };
  const item = 'flex h-8 w-full items-center rounded-md px-2.5 text-left hover:bg-raised';
  return (
    <Popover
      label="Save the comparison"
      open={open}
      onOpenChange={setOpen}
      align="right"
      buttonClass="button h-7"
      button={
        <>
          <Icon name="save" size={14} />
          Save
        </>
      }
      panelClass="w-64 p-1.5"
    >
      <ul>
        <li>
          <a className={item} href={comparisonFile(runs, 'csv')} download onClick={() => setOpen(false)}>
            Metrics as CSV
          </a>
        </li>
        <li>
          <a className={item} href={comparisonFile(runs, 'losses')} download onClick={() => setOpen(false)}>
            Losses as CSV
          </a>
        </li>
        <li>
          <a className={item} href={comparisonFile(runs, 'markdown')} download onClick={() => setOpen(false)}>
            All in words as Markdown
          </a>
        </li>
        <li>
          <button type="button" className={item} onClick={savePicture}>
            Curves as PNG
          </button>
        </li>
      </ul>
    </Popover>
  );
}
