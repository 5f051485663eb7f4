/** The selected wire: what flows along it, and how to take it away or put something on it. */

import { isMerging, readsOf, type Wire } from '../../../core/graph';
import { valuesWords } from '../../../core/layerWords';
import { useSpec, useStudio } from '../../studio';
import { deleteWire } from './actions';

export function WireNote({ wire: { from, to } }: { wire: Wire }) {
  const { layers } = useSpec().network;
  const examination = useStudio((state) => state.check?.examination ?? null);
  const index = layers.findIndex(({ id }) => id === to);
  const reader = layers[index];
  if (!reader) return null;
  const isOneOfSeveral = isMerging(reader) && (readsOf(layers)[index]?.length ?? 0) > 1;
  const report = examination?.layers.find(({ layer }) => layer === to);
  const shape = report?.input_shapes[report.inputs.indexOf(from)];
  return (
    <section aria-label="Selected wire" className="grid gap-2" data-testid="wire-note">
      <h3 className="font-medium" role="status">
        Wire from {from} to {to}
      </h3>
      <p className="text-muted">
        {shape && `It carries ${valuesWords(shape)}. `}A layer that is clicked in the palette comes onto it.
      </p>
      {isOneOfSeveral ? (
        <button type="button" className="button justify-self-start" onClick={() => deleteWire({ from, to })}>
          Take the wire away
        </button>
      ) : (
        <p className="text-muted">
          {to} reads nothing else. To take the wire away, let {to} read another layer.
        </p>
      )}
    </section>
  );
}
