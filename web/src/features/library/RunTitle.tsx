/** The mark and the name of a compared run, as its curve is drawn. */

import { classColor, css } from '../../draw/colors';
import { usePlotStyle } from '../Canvas';
import { ShapeIcon } from '../output/ShapeIcon';

export function RunTitle({ index, title }: { index: number; title: string }) {
  const style = usePlotStyle();
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <ShapeIcon shape={index} color={css(classColor(index, 10, style.theme))} />
      <span className="truncate" title={title}>
        {title}
      </span>
    </span>
  );
}
