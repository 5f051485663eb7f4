/** What of the training can be changed beside the panels: fields of the spec, as everywhere in the Studio. */

import { field, kinds } from '../../core/schema';
import { SchemaField } from '../../ui/SchemaForm';
import { SpecForm } from '../SpecForm';
import { useSpec, useStudio } from '../studio';

const UNITS = {
  type: 'integer',
  minimum: 1,
  maximum: 32,
  description: 'Units of the hidden layer.',
} as const;
const OF_DATA = ['noise', 'samples'];

export function Controls() {
  const root = useStudio((state) => state.schema);
  const spec = useSpec();
  const training = field(root, 'training', root);
  const { kind } = spec.training.optimizer;
  const optimizer = kinds(field(training, 'optimizer', root), root).find((one) => one.kind === kind)?.schema;
  const data = kinds(field(root, 'data', root), root).find((one) => one.kind === spec.data.kind)?.schema;
  const hidden = spec.network.layers
    .map((layer, index) => ({ layer, index }))
    .slice(0, -1)
    .filter(({ layer }) => layer.kind === 'dense');
  return (
    <section aria-label="Network, training and data" data-testid="panels-controls">
      <SpecForm>
        <div className="grid grid-cols-[repeat(auto-fill,minmax(132px,1fr))] gap-x-5 gap-y-2">
          {hidden.map(({ layer, index }) => (
            <SchemaField
              key={layer.id}
              schema={UNITS}
              path={['network', 'layers', index, 'units']}
              label={hidden.length === 1 ? 'Hidden units' : `Units, ${layer.id}`}
            />
          ))}
          {optimizer && (
            <SchemaField
              schema={field(optimizer, 'learning_rate', root)}
              path={['training', 'optimizer', 'learning_rate']}
              label="Learning rate"
            />
          )}
          <SchemaField
            schema={field(training, 'epochs', root)}
            path={['training', 'epochs']}
            label="Epochs"
          />
          {data &&
            OF_DATA.filter((name) => data.properties?.[name] !== undefined).map((name) => (
              <SchemaField key={name} schema={field(data, name, root)} path={['data', name]} />
            ))}
          <SchemaField schema={field(root, 'seed', root)} path={['seed']} label="Seed" />
        </div>
      </SpecForm>
    </section>
  );
}
