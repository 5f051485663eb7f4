/** The seven features that the network may see of a point. */

import { setAt } from '../../core/json';
import { FEATURES, featureName } from '../../draw/features';
import type { Data, Feature } from '../../protocol/messages';
import { FeatureMap } from '../network/InputMaps';
import { studio } from '../studio';

export function Features({ data }: { data: Data & { readonly features: readonly Feature[] } }) {
  const toggle = (feature: Feature) => {
    const has = data.features.includes(feature);
    const features = FEATURES.filter((name) => (name === feature ? !has : data.features.includes(name)));
    studio.change((spec) => setAt(spec, ['data', 'features'], features));
  };
  return (
    <div>
      <h3 className="mb-1.5 font-medium">Input features</h3>
      <div
        className="grid grid-cols-[repeat(auto-fit,minmax(26px,1fr))] gap-1.5"
        role="group"
        aria-label="Input features"
      >
        {FEATURES.map((feature) => {
          const on = data.features.includes(feature);
          const isLast = on && data.features.length === 1;
          return (
            <button
              key={feature}
              type="button"
              aria-pressed={on}
              aria-label={`Feature ${featureName(feature)}`}
              aria-disabled={isLast}
              title={isLast ? 'The network needs at least one feature.' : featureName(feature)}
              data-testid={`feature-${feature}`}
              className="flex flex-col items-center gap-0.5"
              onClick={() => {
                if (!isLast) toggle(feature);
              }}
            >
              <span
                className={`block aspect-square w-full overflow-hidden rounded-md border-2 ${on ? 'border-accent' : 'border-transparent opacity-40 hover:opacity-80'}`}
              >
                <FeatureMap feature={feature} />
              </span>
              <span className={`text-[11px] ${on ? 'font-medium' : 'text-muted'}`}>
                {featureName(feature)}
              </span>
            </button>
          );
        })}
      </div>
    </div>
  );
}
