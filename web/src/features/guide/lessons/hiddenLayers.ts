/** The lesson "Why hidden layers". */

import { addHiddenLayer, setUnits } from '../../../core/network';
import { viewStore } from '../../../core/view';
import { studio } from '../../studio';
import { accuracy, dense, DO, hidden, isPlane, load, train, TRAIN, type Lesson } from './lesson';

export const HIDDEN: Lesson = {
  title: 'Why hidden layers',
  about: 'A task that no single unit can solve, and four that can.',
  steps: [
    {
      say: 'In this data opposite corners belong together. Begin with one unit, as in the first lesson.',
      act: {
        name: 'Set it up',
        run: () =>
          load('XOR, one unit', { kind: 'xor', samples: 400, noise: 0 }, [dense('output', 1, 'sigmoid')], {
            optimizer: { kind: 'adam', learning_rate: 0.02 },
            epochs: 60,
          }),
      },
      done: (now) => isPlane('xor')(now) && hidden(now) === 0,
    },
    {
      say: 'Train it, and wait. Whatever line it draws, about half of the points lie on the wrong side.',
      target: TRAIN,
      act: train,
      done: ({ epoch }) => epoch >= 20,
    },
    {
      say: 'Put a hidden layer of four units in between: press + at “0 hidden layers” below the network, then + until it has four units.',
      target: '[data-testid="neurons"]',
      act: {
        name: DO,
        run: () =>
          studio.change((spec) => {
            const grown = spec.network.layers.length > 1 ? spec : addHiddenLayer(spec);
            return setUnits(grown, 0, 4);
          }),
      },
      done: ({ spec }) => {
        const [first] = spec.network.layers;
        return spec.network.layers.length > 1 && first?.kind === 'dense' && first.units >= 4;
      },
    },
    {
      say: 'New weights are needed, so this is a new run. Train it.',
      target: TRAIN,
      act: train,
      done: (now) => now.step > 0 && accuracy(now) > 0.9,
    },
    {
      say: 'Point at the hidden units one after the other. Each is one cut, as before; the last unit adds them up, and the sum of cuts has corners.',
      target: '[data-testid="neurons"]',
      act: {
        name: DO,
        run: () => viewStore.setState({ selection: { kind: 'unit', layer: 'hidden-1', unit: 0 } }),
      },
      done: ({ pointsAtUnit, selection }) => pointsAtUnit || selection?.kind === 'unit',
    },
    {
      say: 'Hidden layers make new features out of the given ones, and the last layer needs nothing but a straight cut through those.',
    },
  ],
};
