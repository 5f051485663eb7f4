/** Start, steps, seed, and the noise of the gradients. */

import { type Noise, onSurface } from '../../core/labSetup';
import { noiseSentence } from '../../core/labWords';
import { field, initial, resolve } from '../../core/schema';
import { setAt } from '../../core/json';
import type { Regression } from '../../protocol/messages';
import { type FormContext, FormProvider, ObjectFields } from '../../ui/SchemaForm';
import { NumberField, Segments, SliderField } from '../../ui/fields';
import { change, lab, useLab, useSetup } from './lab';

const COORDINATE = { type: 'number', minimum: -1e6, maximum: 1e6, step: 0.1 } as const;

export function RaceForm() {
  const { start, steps, seed } = useSetup();
  const root = useLab((state) => state.schema);
  const problem = useLab((state) => state.raceProblem);
  const race = resolve({ $ref: '#/$defs/Race' }, root);
  const at = (name: string) => (problem?.place.endsWith(name) === true ? problem.text : null);
  return (
    <section aria-labelledby="lab-race" className="grid gap-2">
      <h2 id="lab-race" className="heading">
        Race
      </h2>
      <div className="grid grid-cols-2 gap-x-3 gap-y-2">
        <NumberField
          label="Start x"
          schema={COORDINATE}
          value={start[0]}
          testId="lab-start-x"
          problem={at('start') && ''}
          onCommit={(x) => change((setup) => ({ ...setup, start: [x, setup.start[1]] }))}
        />
        <NumberField
          label="Start y"
          schema={COORDINATE}
          value={start[1]}
          testId="lab-start-y"
          onCommit={(y) => change((setup) => ({ ...setup, start: [setup.start[0], y] }))}
        />
        <NumberField
          label="Steps"
          schema={{ ...field(race, 'steps', root), step: 10 }}
          value={steps}
          testId="lab-steps"
          problem={at('steps')}
          onCommit={(value) => change((setup) => ({ ...setup, steps: value }))}
        />
        <NumberField
          label="Seed"
          schema={field(race, 'seed', root)}
          value={seed}
          onCommit={(value) => change((setup) => ({ ...setup, seed: value }))}
        />
      </div>
      {at('start') && (
        <p role="alert" className="text-[12px] text-danger">
          {at('start')}
        </p>
      )}
      <NoiseForm />
    </section>
  );
}

/** Few enough to wander, of 64. */
const BATCH = 8;
const KINDS = [
  { value: 'none', title: 'None' },
  { value: 'gaussian', title: 'Gaussian' },
  { value: 'mini-batch', title: 'Mini-batches' },
] as const;

function NoiseForm() {
  const { noise, surface } = useSetup();
  const root = useLab((state) => state.schema);
  const deviation = field(resolve({ $ref: '#/$defs/GaussianNoise' }, root), 'standard_deviation', root);
  const setNoise = (next: Noise) => change((setup) => ({ ...setup, noise: next }));
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="text-muted">Noise</span>
        <Segments label="Noise of the gradient" value={noise.kind} options={KINDS} onChange={chooseNoise} />
      </div>
      {noise.kind === 'gaussian' && (
        <SliderField
          label="Gaussian noise on the gradient: standard deviation"
          schema={deviation}
          low={0}
          high={Math.max(5, noise.standard_deviation)}
          step={0.05}
          value={noise.standard_deviation}
          onCommit={(standard_deviation) => setNoise({ ...noise, standard_deviation })}
          onPreview={(standard_deviation) => setNoise({ ...noise, standard_deviation })}
        />
      )}
      {noise.kind === 'mini-batch' && surface.kind === 'regression' && (
        <BatchSize samples={surface.samples} value={noise.batch_size} onChange={setNoise} />
      )}
      <p className="text-[12px] text-muted" data-testid="lab-noise">
        {noiseSentence(noise, surface)}
      </p>
      {surface.kind === 'regression' && <Samples surface={surface} />}
    </div>
  );
}

function BatchSize(props: { samples: number; value: number | 'all'; onChange: (noise: Noise) => void }) {
  const { samples, value, onChange } = props;
  const set = (size: number) =>
    onChange({ kind: 'mini-batch', batch_size: size >= samples ? 'all' : Math.max(1, Math.round(size)) });
  return (
    <SliderField
      label={`Batch size, of ${samples} samples`}
      schema={{ type: 'integer', minimum: 1, maximum: samples }}
      low={1}
      high={samples}
      step={1}
      value={value === 'all' ? samples : Math.min(value, samples)}
      onCommit={set}
      onPreview={set}
    />
  );
}

/** The data set whose loss the surface is. */
function Samples({ surface }: { surface: Regression }) {
  const root = useLab((state) => state.schema);
  const setup = useSetup();
  const form: FormContext = {
    root,
    document: setup,
    onChange: (path, value) => change((now) => setAt(now, path, value)),
    problems: new Map(),
  };
  return (
    <details>
      <summary className="text-muted">The data set: {surface.samples} samples</summary>
      <FormProvider value={form}>
        <div className="mt-2 grid grid-cols-2 gap-x-3 gap-y-2 [&>.wide]:col-span-2">
          <ObjectFields schema={resolve({ $ref: '#/$defs/Regression' }, root)} path={['surface']} />
        </div>
      </FormProvider>
    </details>
  );
}

/** Mini-batches are of a data set: where the surface is none's loss, it becomes that of the regression. */
function chooseNoise(kind: Noise['kind']): void {
  const { setup, entries, schema } = lab.store.getState();
  if (setup === null || kind === setup.noise.kind) return;
  if (kind === 'mini-batch' && setup.surface.kind !== 'regression') {
    const regression = entries.find(({ surface }) => surface.kind === 'regression');
    if (regression) lab.replace({ ...onSurface(setup, regression), noise: { kind, batch_size: BATCH } });
    return;
  }
  const noise: Noise =
    kind === 'gaussian'
      ? (initial({ $ref: '#/$defs/GaussianNoise' }, schema) as Noise)
      : kind === 'none'
        ? { kind }
        : { kind, batch_size: BATCH };
  lab.change({ ...setup, noise });
}
