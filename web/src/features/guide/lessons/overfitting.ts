/** The lesson "Over-fitting and regularization". */

import { studio } from '../../studio';
import { dense, DO, gap, isPlane, load, set, train, TRAIN, type Lesson } from './lesson';

export const OVERFITTING: Lesson = {
  title: 'Over-fitting and regularization',
  about: 'A network that learns its samples by heart, and how to keep it from that.',
  steps: [
    {
      say: 'Forty noisy training points, and a network with hundreds of weights: enough to learn each point by heart.',
      act: {
        name: 'Set it up',
        run: () => {
          studio.past.now();
          load(
            'By heart',
            { kind: 'circle', samples: 80, noise: 0.35 },
            [dense('hidden-1', 24, 'tanh'), dense('hidden-2', 24, 'tanh'), dense('output', 1, 'sigmoid')],
            { optimizer: { kind: 'adam', learning_rate: 0.02 }, epochs: 150 },
          );
        },
      },
      done: (now) => isPlane('circle')(now) && now.spec.network.layers.length === 3,
    },
    {
      say: 'Train, and watch the two curves of the loss. The one for training goes on falling; the one for validation turns and rises.',
      target: TRAIN,
      act: train,
      done: (now) => now.epoch > 20 && gap(now) > 2.5,
    },
    {
      say: 'Look at the boundary: it winds around single points. Drag the timeline to where the validation loss was least, and compare.',
      target: '[data-testid="timeline"]',
      act: {
        name: DO,
        run: () => {
          studio.pause();
          studio.past.seek(Math.min(60, studio.newest));
        },
      },
      done: ({ past }) => past !== null,
    },
    {
      say: 'L2 pulls all weights towards zero, so that only those stay large that are worth it. Return to now, open “Decays, loss, L1…” below the network, and set L2 to 0.03.',
      target: '[data-testid="training-panel"]',
      act: {
        name: DO,
        run: () => {
          studio.past.now();
          set(['training', 'l2'], 0.03);
        },
      },
      done: ({ spec, past }) => spec.training.l2 >= 0.01 && past === null,
    },
    {
      say: 'Begin again from the first weights (R), and train to the end.',
      target: '[data-testid="transport"]',
      act: {
        name: DO,
        run: () => {
          studio.reset();
          studio.train();
        },
      },
      done: (now) => now.state === 'finished' && now.spec.training.l2 >= 0.01 && gap(now) < 2.5,
    },
    {
      say: 'The training loss is worse than before and the validation loss is better: that is what regularization is for. More data does the same, and dropout, and stopping early.',
    },
  ],
};
