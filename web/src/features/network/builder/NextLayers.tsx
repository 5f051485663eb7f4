/** What could come next at the selected place, the best first; one click puts it in. */

import { studio, useStudio } from '../../studio';
import { show } from './actions';
import { useAdvice } from './useAdvice';

export function NextLayers() {
  const { advice, isCurrent } = useAdvice();
  const examination = useStudio((state) => state.check?.examination ?? null);
  if (advice === null) return null;
  const { after, recommendations } = advice;
  const isOpen = examination?.layers.some(({ layer, output_shape }) => layer === after && !output_shape);
  return (
    <section aria-labelledby="next-heading" data-testid="next-layers">
      <h3 id="next-heading" className="font-medium">
        What could come next
      </h3>
      <p className="mb-2 text-[12px] text-muted">
        {recommendations.length > 0
          ? `After ${after}, the best first:`
          : isOpen
            ? `An error hides what ${after} gives: mend it, and what fits is told here.`
            : `Nothing more is needed after ${after}.`}
      </p>
      {recommendations.length > 0 && (
        <ol className="grid gap-2" aria-label={`What could come after ${after}`}>
          {recommendations.map(({ title, reason, layers, fix }) => (
            <li key={title} className="rounded-md border border-line bg-panel px-2.5 py-2">
              <div className="flex items-start justify-between gap-2">
                <h4 className="font-medium">{title}</h4>
                <button
                  type="button"
                  className="button h-6 px-2 text-[12px]"
                  aria-label={fix.title}
                  disabled={!isCurrent}
                  onClick={() => {
                    studio.applyFix(fix.patch);
                    const last = layers.at(-1);
                    if (last) show(last.id);
                  }}
                >
                  Add
                </button>
              </div>
              <p className="mt-0.5 text-[12px] text-muted">{reason.replaceAll('`', '')}</p>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
