/** How it learns: every hyperparameter, made of the schema, acting while it trains. */

import { useState } from 'react';

import { digits } from '../../core/numbers';
import { field, kinds } from '../../core/schema';
import type { Spec } from '../../protocol/messages';
import { Icon } from '../../ui/Icon';
import { ObjectFields, SchemaField, UnionField } from '../../ui/SchemaForm';
import { Seeing } from '../guide/Seeing';
import { useClassNames } from '../queries';
import { SpecForm } from '../SpecForm';
import { useNumbers, useSpec, useStudio } from '../studio';

const FIRST = ['batch_size', 'epochs', 'schedule', 'l2'];
/** Of an optimizer these come first; decays and epsilons are folded. */
const OPTIMIZER_FIRST = ['learning_rate', 'momentum', 'weight_decay'];
const MORE = ['loss', 'class_weights', 'l1', 'clip_norm', 'clip_value', 'early_stopping'];
const LABELS: Readonly<Record<string, string>> = {
  l1: 'L1',
  l2: 'L2',
  clip_norm: 'Clip norm',
  clip_value: 'Clip value',
};

export function TrainingPanel() {
  const root = useStudio((state) => state.schema);
  const spec = useSpec();
  const [more, setMore] = useState(false);
  const optimizer = field(field(root, 'training', root), 'optimizer', root);
  const chosen = kinds(optimizer, root).find(({ kind }) => kind === spec.training.optimizer.kind)?.schema;
  const training = field(root, 'training', root);
  const hasClasses = useClassNames().length > 0 || spec.training.class_weights !== 'none';
  const shown = Object.keys(training.properties ?? {}).filter(
    (name) => name !== 'class_weights' || hasClasses,
  );
  const first = FIRST.filter((name) => shown.includes(name));
  const rest = [
    ...MORE.filter((name) => shown.includes(name)),
    ...shown.filter((name) => !['optimizer', ...FIRST, ...MORE].includes(name)),
  ];
  return (
    <section
      aria-labelledby="training-heading"
      className="border-t border-line px-4 pt-3 pb-4"
      data-testid="training-panel"
    >
      <div className="mb-2 flex flex-wrap items-baseline justify-between gap-2">
        <div className="flex items-center gap-1">
          <h2 id="training-heading" className="heading">
            Training
          </h2>
          <Seeing page="training" />
        </div>
        <EffectiveRate spec={spec} />
      </div>
      <SpecForm>
        <div className="grid grid-cols-[repeat(auto-fill,minmax(156px,1fr))] gap-x-5 gap-y-2.5">
          <UnionField schema={optimizer} path={['training', 'optimizer']} only={OPTIMIZER_FIRST} />
          {first.map((name) => (
            <SchemaField
              key={name}
              schema={field(training, name, root)}
              path={['training', name]}
              {...labelOf(name)}
            />
          ))}
          {spec.network.layers.map(
            (layer, index) =>
              layer.kind === 'dropout' && (
                <SchemaField
                  key={layer.id}
                  schema={rateSchema}
                  path={['network', 'layers', index, 'rate']}
                  label={`Dropout rate, ${layer.id}`}
                />
              ),
          )}
        </div>
        <button
          type="button"
          aria-expanded={more}
          className="mt-3 flex items-center gap-1 text-[12px] font-medium text-muted hover:text-ink"
          onClick={() => setMore(!more)}
        >
          <Icon name={more ? 'up' : 'down'} size={12} />
          Decays, loss, L1, clipping, early stopping
          {!more && <Active spec={spec} />}
        </button>
        {more && (
          <div className="mt-2 grid grid-cols-[repeat(auto-fill,minmax(156px,1fr))] gap-x-5 gap-y-2.5">
            {chosen && (
              <ObjectFields schema={chosen} path={['training', 'optimizer']} without={OPTIMIZER_FIRST} />
            )}
            {rest.map((name) => (
              <SchemaField
                key={name}
                schema={field(training, name, root)}
                path={['training', name]}
                {...labelOf(name)}
              />
            ))}
          </div>
        )}
      </SpecForm>
    </section>
  );
}

const rateSchema = { type: 'number', minimum: 0, exclusiveMaximum: 1 } as const;

function labelOf(name: string): { label?: string } {
  const label = LABELS[name];
  return label ? { label } : {};
}

/** What is set among the folded fields. */
function Active({ spec }: { spec: Spec }) {
  const { loss, class_weights, l1, clip_norm, clip_value, early_stopping } = spec.training;
  const set = [
    loss.kind === 'auto' ? '' : loss.kind.replaceAll('-', ' '),
    class_weights === 'none' ? '' : 'balanced classes',
    l1 > 0 ? `L1 ${digits(l1)}` : '',
    clip_norm === null ? '' : `norm ≤ ${digits(clip_norm)}`,
    clip_value === null ? '' : `value ≤ ${digits(clip_value)}`,
    early_stopping === null ? '' : 'early stopping',
  ].filter(Boolean);
  return set.length > 0 ? <span className="font-normal">: {set.join(', ')}</span> : null;
}

/** The rate of the next step where a schedule has changed it. */
function EffectiveRate({ spec }: { spec: Spec }) {
  const rate = useNumbers((numbers) => numbers.learningRate);
  const step = useNumbers((numbers) => numbers.step);
  if (rate === null || step === 0 || spec.training.schedule.kind === 'constant') return null;
  return (
    <span className="text-[12px] text-muted tabular-nums">
      learning rate after the schedule: <strong className="text-ink">{digits(rate)}</strong>
    </span>
  );
}
