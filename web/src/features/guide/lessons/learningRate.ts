/** The lesson "The learning rate". */

import { studio } from '../../studio';
import {
  accuracy,
  dense,
  DO,
  isPlane,
  load,
  rateOf,
  set,
  train,
  TRAIN,
  trainLoss,
  type Lesson,
} from './lesson';

export const RATE: Lesson = {
  title: 'The learning rate',
  about: 'Too small, right, and too large, on one timeline.',
  steps: [
    {
      say: 'This network starts with a learning rate of 0.001, and plain gradient descent.',
      act: {
        name: 'Set it up',
        run: () =>
          load(
            'Learning rates',
            { kind: 'circle', samples: 400, noise: 0.05 },
            [dense('hidden-1', 6, 'tanh'), dense('output', 1, 'sigmoid')],
            { optimizer: { kind: 'sgd', learning_rate: 0.001 }, epochs: 10_000 },
          ),
      },
      done: (now) => isPlane('circle')(now) && rateOf(now) <= 0.001,
    },
    {
      say: 'Train. The loss falls, but so slowly that you will not want to wait for it.',
      target: TRAIN,
      act: train,
      done: ({ epoch }) => epoch >= 15,
    },
    {
      say: 'While it trains, set the learning rate to 0.3. It acts from the next step on, and leaves a flag on the timeline.',
      target: '[data-testid="training-panel"]',
      act: { name: DO, run: () => set(['training', 'optimizer', 'learning_rate'], 0.3) },
      done: (now) => rateOf(now) >= 0.1 && rateOf(now) <= 1,
    },
    {
      say: 'Let it train until the ring is found.',
      target: '[data-testid="output-panel"]',
      act: train,
      done: (now) => accuracy(now) > 0.93 && trainLoss(now) < 0.3,
    },
    {
      say: 'Now set it to 30. Each step jumps across the valley, and the loss with it.',
      target: '[data-testid="training-panel"]',
      act: { name: DO, run: () => set(['training', 'optimizer', 'learning_rate'], 30) },
      done: (now) => rateOf(now) >= 10,
    },
    {
      say: 'Watch the loss for a moment. Training goes on while it is running; press Train if it is not.',
      target: '[data-testid="timeline"]',
      act: train,
      done: (now, begun) => now.step > begun.step + 40 && (trainLoss(now) > 0.5 || now.state === 'diverged'),
    },
    {
      say: 'Nothing is lost. Drag the timeline back to before the jump: the network is there as it was.',
      target: '[data-testid="timeline"]',
      act: { name: DO, run: beforeLastFlag },
      done: ({ past }) => past !== null,
    },
    {
      say: 'From here you could branch with another rate. The right one is neither small nor large in itself: it is right for this surface, and found by trying factors of three.',
    },
  ],
};

/** To the step before the newest change. */
function beforeLastFlag(): void {
  const flags = studio.stores.timeline.getState().flags;
  studio.pause();
  studio.past.seek(Math.max(0, flags.at(-1)?.step ?? studio.newest >> 1));
}
