/** All kinds of layers: drag one onto a wire, or press it to put it after the selected block. */

import { useMemo, useRef, useState } from 'react';

import { builderStore, type Dragged, newLayer } from '../../../core/builder';
import { grouped, groupOf, type LayerKind, layerKinds, matching } from '../../../core/layerWords';
import { kindTitle } from '../../../core/schema';
import { Icon, type IconName } from '../../../ui/Icon';
import { studio, useStudio } from '../../studio';
import { add } from './actions';
import { useDrops } from './useDrops';

const START_PX = 5;

const GROUP_ICONS: Readonly<Record<string, IconName>> = {
  Convolution: 'conv',
  Pooling: 'pool',
  Core: 'dense',
  Normalize: 'norm',
  Regularize: 'drop',
  Merge: 'merge',
};

export function iconOf(kind: string): IconName {
  if (kind === 'activation') return 'curve';
  return kind === 'flatten' ? 'data' : (GROUP_ICONS[groupOf(kind)] ?? 'plus');
}

export function Palette() {
  const root = useStudio((state) => state.schema);
  const [query, setQuery] = useState('');
  const found = useMemo(() => grouped(matching(layerKinds(root), query)), [root, query]);
  const first = found[0]?.members[0];
  return (
    <div
      role="group"
      aria-label="Add a layer"
      data-testid="palette"
      className="flex gap-x-3 gap-y-1.5 overflow-x-auto border-line px-1.5 py-2 max-[899px]:border-b @max-[620px]:items-end @max-[620px]:border-b @min-[620px]:w-[170px] @min-[620px]:contain-size @min-[620px]:shrink-0 @min-[620px]:flex-col @min-[620px]:overflow-x-visible @min-[620px]:overflow-y-auto @min-[620px]:border-r"
    >
      <input
        type="search"
        aria-label="Search layers"
        placeholder="Search layers"
        title="Enter adds the first layer found"
        className="field shrink-0 @max-[620px]:w-28"
        value={query}
        onChange={(event) => setQuery(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && first) {
            add(first);
            setQuery('');
          }
          if (event.key === 'Escape' && query !== '') {
            event.stopPropagation();
            event.preventDefault();
            setQuery('');
          }
        }}
      />
      {found.map(({ title, members }) => (
        <div key={title} className="shrink-0">
          <h3 className="px-1 pb-0.5 text-[11px] whitespace-nowrap text-muted">{title}</h3>
          <div className="flex gap-0.5 @min-[620px]:flex-col">
            {members.map((member) => (
              <Item key={member.kind} member={member} icon={iconOf(member.kind)} />
            ))}
          </div>
        </div>
      ))}
      {found.length === 0 && <p className="px-1 text-[12px] text-muted">No layer matches “{query}”.</p>}
    </div>
  );
}

function Item({ member, icon }: { member: LayerKind; icon: IconName }) {
  const drops = useDrops();
  const start = useRef<{ x: number; y: number } | null>(null);
  const dragged = useRef<Dragged | null>(null);
  const wasDragged = useRef(false);
  const title = member.schema.title ?? kindTitle(member.kind);
  const end = () => {
    start.current = null;
    dragged.current = null;
  };
  return (
    <button
      type="button"
      className="flex h-7 touch-pan-x items-center gap-1.5 rounded-md border border-line bg-panel px-1.5 text-left text-[12px] whitespace-nowrap select-none hover:border-line-strong @min-[620px]:h-[26px] @min-[620px]:touch-none"
      title={`${member.schema.description?.split('\n')[0] ?? title} Drag it onto a wire, or click to add it after the selected block.`}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        end();
        wasDragged.current = false;
        start.current = { x: event.clientX, y: event.clientY };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (start.current === null) return;
        const { clientX: x, clientY: y } = event;
        if (dragged.current === null) {
          if (Math.hypot(x - start.current.x, y - start.current.y) < START_PX) return;
          const { layers } = studio.spec.network;
          wasDragged.current = true;
          dragged.current = {
            what: 'new',
            layer: newLayer(member.kind, member.schema, studio.state.schema, layers),
          };
        }
        drops.over(dragged.current, x, y);
      }}
      onPointerUp={() => {
        if (dragged.current !== null) drops.drop(dragged.current);
        end();
      }}
      onPointerCancel={() => {
        if (dragged.current !== null) drops.cancel();
        end();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && builderStore.getState().drag !== null) {
          event.stopPropagation();
          drops.cancel();
          end();
        }
      }}
      onClick={() => {
        // The click that ends a drag adds nothing more.
        if (!wasDragged.current) add(member);
        wasDragged.current = false;
      }}
    >
      <span className="text-muted">
        <Icon name={icon} size={13} />
      </span>
      {title}
    </button>
  );
}
