/** Which plane is shown where there are more than two inputs. */

import { type Axes, viewStore } from '../../core/view';
import type { DatasetPreview } from '../../protocol/messages';
import { Segments, Select } from '../../ui/fields';
import { useNumbers } from '../studio';

export function AxesChoice({ preview, axes }: { preview: DatasetPreview; axes: Axes }) {
  const description = useNumbers((numbers) => numbers.drawable?.picture.boundary?.description);
  const names = preview.raw_names;
  const options = names.map((name, index) => ({ value: String(index), title: name }));
  const pair = axes === 'pca' ? null : axes;
  const set = (axis: 0 | 1, value: number) => {
    const [x, y] = pair ?? [0, 1];
    const next: [number, number] = axis === 0 ? [value, y] : [x, value];
    if (next[0] === next[1]) next[axis === 0 ? 1 : 0] = axis === 0 ? x : y;
    viewStore.setState({ axes: next });
  };
  return (
    <div className="mt-3 grid gap-2 pl-9">
      <Segments
        label="Plane"
        value={pair ? 'pair' : 'pca'}
        options={[
          { value: 'pca', title: 'Principal components' },
          { value: 'pair', title: 'Two inputs' },
        ]}
        onChange={(value) => viewStore.setState({ axes: value === 'pca' ? 'pca' : [0, 1] })}
      />
      {pair && (
        <div className="grid grid-cols-2 gap-2">
          <Select
            name="Across"
            value={String(pair[0])}
            options={options}
            onChange={(value) => set(0, Number(value))}
          />
          <Select
            name="Up"
            value={String(pair[1])}
            options={options}
            onChange={(value) => set(1, Number(value))}
          />
        </div>
      )}
      <p className="text-[12px] text-muted" data-testid="plane-description">
        {description?.replaceAll('`', '')}
        {description && pair === null && ' Samples are projected onto it.'}
      </p>
    </div>
  );
}
