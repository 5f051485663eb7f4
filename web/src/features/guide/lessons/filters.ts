/** The lesson "What filters see". */

import { viewStore } from '../../../core/view';
import { studio } from '../../studio';
import { accuracy, dense, DO, load, train, TRAIN, type Lesson } from './lesson';

export const FILTERS: Lesson = {
  title: 'What filters see',
  about: 'A small convolutional network on handwritten digits, through the microscope.',
  steps: [
    {
      say: 'Eight filters of 3×3 pixels look at handwritten digits, and one dense layer decides by what they see.',
      act: {
        name: 'Set it up',
        run: () => {
          studio.past.now();
          load(
            'Filters',
            { kind: 'images', name: 'digits', validation_fraction: 0.2 },
            [
              {
                id: 'conv-1',
                kind: 'conv2d',
                filters: 8,
                kernel_size: 3,
                padding: 'same',
                activation: 'relu',
              },
              { id: 'pool-1', kind: 'max-pool2d', pool: 2 },
              { id: 'flatten', kind: 'flatten' },
              dense('output', 10, 'softmax'),
            ],
            { optimizer: { kind: 'adam', learning_rate: 0.005 }, batch_size: 32, epochs: 10 },
          );
        },
      },
      done: ({ spec }) => spec.data.kind === 'images' && spec.network.layers[0]?.kind === 'conv2d',
    },
    {
      say: 'Train it. After a few epochs nine of ten unseen digits are right.',
      target: TRAIN,
      act: train,
      done: (now) => now.step > 0 && accuracy(now) > 0.9,
    },
    {
      say: 'Click the first layer, conv-1. The microscope shows eight maps: each is bright where its filter has found what it looks for.',
      target: '[data-testid="network-panel"]',
      act: { name: DO, run: () => viewStore.setState({ selection: { kind: 'layer', layer: 'conv-1' } }) },
      done: ({ selection }) => selection?.layer === 'conv-1',
    },
    {
      say: 'Look at the kernels beside the maps: nine weights each. Find one that is positive on one side and negative on the other. It answers to an edge, and its map shows where that edge is.',
      target: '[data-testid="inspector"]',
    },
    {
      say: 'Now click a digit of another kind among the predictions, and see which maps change.',
      target: '[data-testid="output-panel"]',
    },
    {
      say: 'No one told the filters what to look for: edges and strokes are what helps to tell digits apart. In deeper networks later filters look at the maps of earlier ones, and find corners, loops, and at last whole shapes.',
    },
  ],
};
