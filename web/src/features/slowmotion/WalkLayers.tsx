/** The layers one below the other, for networks that are no drawing of units: shape, spread and small maps at a stop. */

import { memo, useEffect, useRef } from 'react';

import { shapeWords } from '../../core/layerWords';
import { count, digits } from '../../core/numbers';
import { limitOf, numbersOf, quantityName, spread, trained, unitQuantity } from '../../core/walk';
import { phaseOf, type WalkScene } from '../../core/walkScene';
import { openArithmetic, type Ref, type WalkData } from '../../core/walkState';
import { inputLimit } from '../../draw/walkNetwork';
import type { WalkLayer, WalkPhase } from '../../protocol/messages';
import { NumbersMap } from './NumbersMap';

interface Props {
  readonly walk: WalkData;
  readonly phase: WalkPhase;
  readonly scene: WalkScene;
  readonly onFetch: (layer: string) => void;
}

export function WalkLayers({ walk, phase, scene, onFetch }: Props) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    // What happens is in sight; the page around stays where it is.
    const lit = list.current?.querySelector<HTMLElement>('[aria-current=step]');
    if (list.current === null || !lit) return;
    const { scrollTop, clientHeight } = list.current;
    const [top, end] = [lit.offsetTop, lit.offsetTop + lit.offsetHeight];
    if (top < scrollTop || end > scrollTop + clientHeight) list.current.scrollTop = top - 40;
  }, [scene]);
  return (
    <ol
      ref={list}
      className="relative max-h-[max(320px,calc(100dvh-520px))] overflow-y-auto border-y border-line"
      aria-label="Layers and their numbers"
      tabIndex={0}
      data-testid="walk-layers"
    >
      <Row id="input" layer={undefined} walk={walk} phase={phase} scene={scene} onFetch={onFetch} />
      {walk.values.layers.map((layer) => (
        <Row
          key={layer.layer}
          id={layer.layer}
          layer={layer}
          walk={walk}
          phase={phase}
          scene={scene}
          onFetch={onFetch}
        />
      ))}
    </ol>
  );
}

interface Shown {
  readonly quantity: string;
  readonly parameter: string;
}

/** What of a layer is shown at a stop: quantities of its units, then those of its arrays. */
function shownOf(id: string, layer: WalkLayer | undefined, scene: WalkScene): readonly Shown[] {
  const show = scene.units.get(id);
  if (show === undefined) return [];
  const own = show.quantities.map((quantity) => ({ quantity, parameter: '' }));
  const quantity = scene.edges.get(id) ?? 'w';
  const isMoved = show.isLit && quantity !== 'w';
  const arrays = isMoved ? trained(layer).map(({ name }) => ({ quantity, parameter: name })) : [];
  return [...own, ...arrays];
}

const Row = memo(function Row(props: Props & { id: string; layer: WalkLayer | undefined }) {
  const { id, layer, walk, phase, scene, onFetch } = props;
  const show = scene.units.get(id);
  const shown = shownOf(id, layer, scene);
  const isLit = show?.isLit === true && (shown.length > 0 || layer?.sent === false);
  const shape = layer?.shape ?? numbersOf(walk, 'a', id)?.shape ?? null;
  const open = (ref: Ref, quantity: string) => {
    const usual = phaseOf(phase.kind, ref.parameter);
    const own = (['z', 'a', 'da', 'dz', 'gradient', 'update'] as const).find((name) => name === quantity);
    openArithmetic({ ...ref, phase: own ?? usual, row: walk.values.row });
  };
  return (
    <li
      className={`grid grid-cols-[112px_minmax(0,1fr)] items-start gap-3 border-b border-line px-2 py-2 ${isLit ? 'bg-raised shadow-[inset_3px_0_0_var(--accent)]' : ''} ${show?.isPale === true ? 'opacity-75' : ''}`}
      data-testid={`walk-layer-${id}`}
      aria-current={isLit ? 'step' : undefined}
    >
      <div className="min-w-0">
        <span className="block truncate font-medium" title={id}>
          {id}
        </span>
        <span className="block truncate text-[11px] text-muted" title={layer?.title ?? 'what is read'}>
          {layer?.title ?? 'what is read'}
        </span>
        <span className="block truncate text-[11px] text-muted tabular-nums">{shapeWords(shape)}</span>
      </div>
      {layer?.sent === false ? (
        <p className="text-[12px] text-muted">
          {layer.delta_norm !== null && `norm of δ ${digits(layer.delta_norm)} · `}
          <button type="button" className="link" onClick={() => onFetch(id)}>
            Fetch its {count(layer.numbers)} numbers
          </button>
        </p>
      ) : (
        <div className="flex min-w-0 flex-wrap gap-x-4 gap-y-2">
          {shown.map(({ quantity, parameter }) => (
            <Numbers
              key={`${quantity} ${parameter}`}
              walk={walk}
              layer={id}
              quantity={quantity}
              parameter={parameter}
              onOpen={open}
            />
          ))}
        </div>
      )}
    </li>
  );
});

interface NumbersProps extends Shown {
  readonly walk: WalkData;
  readonly layer: string;
  readonly onOpen: (ref: Ref, quantity: string) => void;
}

function Numbers({ walk, layer, quantity, parameter, onOpen }: NumbersProps) {
  const array = numbersOf(walk, quantity, layer, parameter);
  if (array === undefined) return null;
  const { least, greatest, norm, finite } = spread(array);
  const size = Math.max(Math.abs(least), Math.abs(greatest));
  const limit =
    layer === 'input' ? inputLimit(walk) : size > 0 && Number.isFinite(size) ? size : limitOf(walk, quantity);
  const own = parameter === '' ? unitQuantity(quantity, layer) : quantityName(quantity, parameter);
  const name = `${own}${parameter === '' || parameter === 'bias' ? '' : ` of ${parameter}`}`;
  return (
    <figure className="min-w-0 flex-1 basis-44">
      <figcaption className="mb-1 truncate text-[11px] text-muted tabular-nums">
        <span className="font-medium text-ink">{name}</span> {digits(least, 2)} to {digits(greatest, 2)} ·
        norm {digits(norm)}
        {!finite && ' · not finite'}
      </figcaption>
      <NumbersMap
        walk={walk}
        array={array}
        limit={limit}
        layer={layer}
        parameter={parameter}
        label={`${name} of ${layer}: ${digits(least)} to ${digits(greatest)}, colors to ±${digits(limit)}`}
        onOpen={(index) => onOpen({ layer, parameter, index }, quantity)}
      />
    </figure>
  );
}
