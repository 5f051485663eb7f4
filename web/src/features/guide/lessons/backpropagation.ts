/** The lesson "How backpropagation computes". */

import { goTo, openSlowMotion, walkStore } from '../../../core/walkState';
import type { WalkPhase } from '../../../protocol/messages';
import { studio } from '../../studio';
import { dense, DO, load, type Lesson } from './lesson';

export const BACKPROPAGATION: Lesson = {
  title: 'How backpropagation computes',
  about: 'One step of training in slow motion, with every number.',
  steps: [
    {
      say: 'A network small enough to follow each number: two inputs, two hidden units, one output.',
      act: {
        name: 'Set it up',
        run: () => {
          studio.past.now();
          load(
            'Slow motion',
            { kind: 'xor', samples: 200, noise: 0 },
            [dense('hidden-1', 2, 'tanh'), dense('output', 1, 'sigmoid')],
            { optimizer: { kind: 'sgd', learning_rate: 0.1 }, epochs: 200 },
          );
        },
      },
      done: ({ spec }) => {
        const [first] = spec.network.layers;
        return spec.network.layers.length === 2 && first?.kind === 'dense' && first.units === 2;
      },
    },
    {
      say: 'Open Slow motion above the network. It walks through everything that the next step does, with the numbers of one sample of its batch.',
      target: '[data-testid="slow-motion-button"]',
      act: { name: DO, run: () => openSlowMotion(true) },
      done: ({ walks }) => walks !== null,
    },
    {
      say: 'Walk forward with → until you see the loss. On the way, each unit makes its sum z and its activation a: click one for its arithmetic.',
      target: '[data-testid="slow-motion"]',
      act: { name: DO, run: () => walkTo('loss') },
      done: ({ walks }) => walks === 'loss',
    },
    {
      say: 'Now it turns around. The first gradient is that of the loss with respect to the prediction; each layer before gets its own from the layer behind it.',
      target: '[data-testid="slow-motion"]',
      act: { name: DO, run: () => walkTo('backward') },
      done: ({ walks }) => walks === 'backward',
    },
    {
      say: 'At the end each weight has a gradient, and the optimizer makes its change of it: here, minus the learning rate times the gradient.',
      target: '[data-testid="slow-motion"]',
      act: { name: DO, run: () => walkTo('update') },
      done: ({ walks }) => walks === 'update',
    },
    {
      say: 'That is all of backpropagation: the chain rule from the end to the beginning, each product computed once and used again. A training is this, thousands of times.',
    },
  ],
};

/** To the first stop of slow motion at a phase. */
function walkTo(kind: WalkPhase['kind']): void {
  goTo(walkStore.getState().walk?.values.phases.findIndex((phase) => phase.kind === kind) ?? 0);
}
