/** Drags over the diagram: what is under the pointer, and what is done where it is let go. */

import { useReactFlow } from '@xyflow/react';
import { createContext, use, useMemo } from 'react';

import { builderStore, DragSession, type Dragged, subjectOf } from '../../../core/builder';
import type { GraphLayout } from '../../../draw/graphLayout';
import { targetAt } from '../../../draw/graphTargets';
import { studio } from '../../studio';
import { select, take } from './actions';

export interface Picture {
  readonly layout: GraphLayout;
  readonly heights: ReadonlyMap<string, number>;
  readonly frame: () => DOMRect | null;
}

/** The diagram as it is drawn now. */
export const PictureContext = createContext<{ readonly current: Picture | null }>({ current: null });

const session = new DragSession(
  () => studio.spec,
  () => studio.state.check?.examination ?? null,
);

export interface Drops {
  readonly over: (dragged: Dragged, x: number, y: number) => void;
  readonly drop: (dragged: Dragged) => void;
  readonly cancel: () => void;
}

export function useDrops(): Drops {
  const flow = useReactFlow();
  const picture = use(PictureContext);
  return useMemo(
    () => ({
      over: (dragged, x, y) => {
        const { current } = picture;
        const frame = current?.frame();
        if (!current || !frame) return;
        const inside = x >= frame.left && x <= frame.right && y >= frame.top && y <= frame.bottom;
        if (!inside) {
          session.leave(dragged, x, y);
          return;
        }
        const except = dragged.what === 'move' ? dragged.id : null;
        const point = flow.screenToFlowPosition({ x, y });
        session.over(dragged, targetAt(current.layout, current.heights, point, except), x, y);
      },
      drop: (dragged) => {
        const target = builderStore.getState().drag?.target;
        const layers = session.end();
        if (layers === null || target === undefined) return;
        take(layers);
        select(subjectOf(dragged, target));
      },
      cancel: () => void session.end(),
    }),
    [flow, picture],
  );
}
