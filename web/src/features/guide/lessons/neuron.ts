/** The lesson "What a neuron does". */

import { viewStore } from '../../../core/view';
import { studio } from '../../studio';
import { accuracy, dense, DO, hidden, isPlane, load, train, TRAIN, type Lesson } from './lesson';

/** First weights that take nearly every point for the other cloud's. */
const WRONG_AT_FIRST = 5;

export const NEURON: Lesson = {
  title: 'What a neuron does',
  about: 'One unit, two weights and a bias draw one straight line.',
  steps: [
    {
      say: 'A neuron, or unit, multiplies each input by a weight, adds a bias, and bends the sum with a function. Begin with a single one: it shall tell two clouds of points apart.',
      act: {
        name: 'Set it up',
        run: () =>
          load(
            'One neuron',
            { kind: 'gaussians', samples: 400, noise: 0.1 },
            [dense('output', 1, 'sigmoid')],
            { optimizer: { kind: 'sgd', learning_rate: 0.03 }, epochs: 40 },
            WRONG_AT_FIRST,
          ),
      },
      done: (now) => isPlane('gaussians')(now) && hidden(now) === 0,
    },
    {
      say: 'Press Train. The unit turns and moves one straight line until each cloud has its own side.',
      target: TRAIN,
      act: train,
      done: (now) => now.step > 0 && accuracy(now) > 0.95,
    },
    {
      say: 'Two wires lead into the unit. Click one: blue is a positive weight, orange a negative one, and the width is its size.',
      target: '[data-testid="neurons"]',
      act: {
        name: DO,
        run: () => viewStore.setState({ selection: { kind: 'edge', layer: 'output', from: 0, unit: 0 } }),
      },
      done: ({ selection }) => selection?.kind === 'edge',
    },
    {
      say: 'The inspector below has its number. Double-click it, and type the same with the other sign: the line turns, because the weights are its direction.',
      target: '[data-testid="inspector"]',
      act: { name: DO, run: turnWeight },
      done: (now, begun) => now.interventions > begun.interventions,
    },
    {
      say: 'The loss has jumped. Train on: the gradient says how each weight must change, and the unit mends what you did.',
      target: TRAIN,
      act: train,
      done: (now, begun) => now.step > begun.step && now.state !== 'training' && accuracy(now) > 0.95,
    },
    {
      say: 'So a unit is one straight cut through its inputs, with a soft edge. What no single cut can separate is the next lesson.',
    },
  ],
};

/** Give the selected weight the other sign. */
function turnWeight(): void {
  const { selection } = viewStore.getState();
  const index = selection?.kind === 'edge' ? [selection.from, selection.unit] : [0, 0];
  const value = studio.parameterAt('output', 'kernel', index);
  if (value !== null) void studio.editParameter('output', 'kernel', index, -value || 1);
}
