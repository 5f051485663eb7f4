/** Six short lessons that are done on the page itself; each step says what to do and notices when it is done. */

import { BACKPROPAGATION } from './backpropagation';
import { FILTERS } from './filters';
import { HIDDEN } from './hiddenLayers';
import { RATE } from './learningRate';
import { NEURON } from './neuron';
import { OVERFITTING } from './overfitting';
import type { Lesson } from './lesson';

export const LESSONS: readonly Lesson[] = [NEURON, HIDDEN, RATE, OVERFITTING, BACKPROPAGATION, FILTERS];
