/** TensorFlow.js on its plain JavaScript backend: trains what each line of standard input asks for. */

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

import * as tf from '@tensorflow/tfjs';

await tf.setBackend('cpu');
console.log(JSON.stringify({ name: `TensorFlow.js ${tf.version.tfjs} cpu` }));

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await train(JSON.parse(line))));
}

async function train(task) {
  const numbers = (name) => {
    const { shape, file } = task.files[name];
    const bytes = readFileSync(file);
    return tf.tensor(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4), shape);
  };
  const x = numbers('inputs');
  const y = task.loss === 'categorical' ? tf.oneHot(numbers('targets').toInt(), task.classes) : numbers('targets');
  const model = tf.sequential();
  task.layers.forEach((layer, index) => {
    const shape = index === 0 ? { inputShape: x.shape.slice(1) } : {};
    model.add(made(layer, index === task.layers.length - 1 ? task.loss : null, shape));
  });
  const optimizer = task.optimizer === 'adam' ? tf.train.adam(task.rate) : tf.train.sgd(task.rate);
  const loss = task.loss === 'categorical' ? 'categoricalCrossentropy' : 'binaryCrossentropy';
  model.compile({ optimizer, loss });
  for (const layer of task.layers) {
    if (!(`${layer.id}.kernel` in task.files)) continue;
    const names = ['kernel', 'bias'].filter((name) => `${layer.id}.${name}` in task.files);
    model.getLayer(layer.id).setWeights(names.map((name) => numbers(`${layer.id}.${name}`)));
  }
  const began = performance.now();
  await model.fit(x, y, { batchSize: task.batch, epochs: task.epochs, shuffle: true, verbose: 0 });
  const seconds = (performance.now() - began) / 1000;
  const value = model.evaluate(x, y, { batchSize: task.batch });
  return { seconds, loss: value.dataSync()[0] };
}

function made(layer, last, shape) {
  const activation = last === 'categorical' ? 'softmax' : last === 'binary' ? 'sigmoid' : (layer.activation ?? 'linear');
  const named = { name: layer.id, ...shape };
  switch (layer.kind) {
    case 'dense':
      return tf.layers.dense({ ...named, units: layer.units, activation });
    case 'conv2d':
      return tf.layers.conv2d({
        ...named,
        filters: layer.filters,
        kernelSize: layer.kernel_size,
        padding: layer.padding,
        useBias: layer.use_bias,
        activation,
      });
    case 'batch-norm':
      return tf.layers.batchNormalization({ ...named, momentum: 1 - layer.momentum, epsilon: layer.epsilon });
    case 'max-pool2d':
      return tf.layers.maxPooling2d({ ...named, poolSize: layer.pool });
    case 'dropout':
      return tf.layers.dropout({ ...named, rate: layer.rate });
    case 'flatten':
      return tf.layers.flatten(named);
    case 'activation':
      return tf.layers.activation({ ...named, activation });
    default:
      throw new Error(`TensorFlow.js is not asked for ${layer.kind}`);
  }
}
