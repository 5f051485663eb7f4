/** What happens at a stop: one sentence, its formula, and the numbers that belong to it. */

import { count, digits, percent } from '../../core/numbers';
import { layerOf, plainly } from '../../core/walk';
import type { WalkData } from '../../core/walkState';
import type { WalkPhase } from '../../protocol/messages';
import { useClassNames } from '../queries';
import { Tex } from './Tex';

export function PhaseWords({ walk, phase }: { walk: WalkData; phase: WalkPhase }) {
  const names = useClassNames();
  const facts = factsOf(walk, phase, names);
  return (
    <div className="grid gap-1.5" data-testid="walk-phase">
      <div className="min-h-[3.2em]">
        <h3 className="text-[14px] font-semibold" data-testid="walk-title">
          {phase.title}
        </h3>
        <p data-testid="walk-sentence" role="status" aria-live="polite">
          {plainly(phase.sentence)}
        </p>
      </div>
      <div className="flex min-h-[46px] flex-wrap items-center gap-x-6 gap-y-1">
        {phase.formula && <Tex wraps tex={phase.formula} testId="walk-formula" />}
        {facts.length > 0 && (
          <dl className="flex flex-wrap gap-x-5 gap-y-1 text-[12px] tabular-nums" data-testid="walk-facts">
            {facts.map(([what, value]) => (
              <div key={what} className="flex gap-1.5">
                <dt className="text-muted">{what}</dt>
                <dd className="font-medium">{value}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </div>
  );
}

type Facts = readonly (readonly [string, string])[];

/** The numbers of a stop that stand in no unit and on no edge. */
function factsOf({ values }: WalkData, { kind, layer }: WalkPhase, names: readonly string[]): Facts {
  const { loss, loss_after, change, predicted_change, difference, update_of } = values;
  const own = layer === null ? undefined : layerOf(values, layer);
  const facts: (readonly [string, string])[] = [];
  switch (kind) {
    case 'input':
    case 'prediction':
      facts.push(...answerFacts(values.prediction, names));
      facts.push(...truthFacts(values.truth, values.target, names));
      if (kind === 'input') facts.splice(0, facts.length, ...truthFacts(values.truth, values.target, names));
      break;
    case 'loss':
      facts.push([`L (${values.loss_kind.replaceAll('-', ' ')})`, digits(loss, 4)]);
      facts.push(...truthFacts(values.truth, values.target, names));
      if (values.penalty_l1) facts.push(['L1 penalty, apart', digits(values.penalty_l1)]);
      if (values.penalty_l2) facts.push(['L2 penalty, apart', digits(values.penalty_l2)]);
      break;
    case 'backward':
      if (own) facts.push(['norm of δ', digits(own.delta_norm)]);
      break;
    case 'gradients':
      facts.push(['norm of all gradients', digits(values.gradient_norm)]);
      break;
    case 'update':
      facts.push(['learning rate η', digits(values.learning_rate)]);
      if (values.optimizer_step > 0) facts.push(['t', count(values.optimizer_step)]);
      if (values.clip_scale !== null && values.clip_scale < 1)
        facts.push(['clipped by norm', `× ${digits(values.clip_scale)}`]);
      if (values.clipped > 0) facts.push(['clipped by value', `${count(values.clipped)} entries`]);
      if (own) facts.push(['Σ gradient · update', digits(own.contribution)]);
      if (own?.frozen) facts.push(['frozen', 'keeps its values']);
      break;
    case 'new-weights':
      facts.push(['L before', digits(loss, 4)], ['L after', digits(loss_after, 4)]);
      facts.push(['change', digits(change)], ['predicted, Σ gradient · update', digits(predicted_change)]);
      if (update_of === 'batch' && difference !== null)
        facts.push(['largest |w + Δw − new w|', digits(difference, 2)]);
      break;
    case 'forward':
    case 'loss-gradient':
      break;
  }
  return facts;
}

function answerFacts(prediction: readonly (number | null)[], names: readonly string[]): Facts {
  if (names.length === 0) return [['prediction', digits(prediction[0])]];
  const shares =
    prediction.length === 1 ? [1 - (prediction[0] ?? 0), prediction[0] ?? 0] : prediction.map((p) => p ?? 0);
  const order = shares.map((_, at) => at).sort((a, b) => (shares[b] ?? 0) - (shares[a] ?? 0));
  return order.slice(0, 3).map((at) => [names[at] ?? String(at), percent(shares[at])] as const);
}

function truthFacts(truth: number | null, target: number | null, names: readonly string[]): Facts {
  if (truth !== null) return [['right is', names[truth] ?? String(truth)]];
  return target === null ? [] : [['right is', digits(target)]];
}
