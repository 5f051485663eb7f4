/** The trained weights as a safetensors file, and how to read it in Python. */

import { useState } from 'react';

import { api, sentenceOf } from '../../core/api';
import { count } from '../../core/numbers';
import { Dialog } from '../../ui/Dialog';
import { Icon } from '../../ui/Icon';
import { useTitle } from '../header/PresetGallery';
import { studio, useSpec, useStudio } from '../studio';

async function save(run: string, file: string): Promise<void> {
  try {
    const address = URL.createObjectURL(await api.weights(run));
    const link = document.createElement('a');
    link.href = address;
    link.download = file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  } catch (error) {
    studio.notify(sentenceOf(error), 'error');
  }
}

export function WeightsDialog({ onClose }: { onClose: () => void }) {
  const run = useStudio((state) => state.run);
  const step = useStudio((state) => state.status?.step ?? 0);
  const spec = useSpec();
  const title = useTitle();
  const [copied, setCopied] = useState(false);
  const file = `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-step-${step}.safetensors`;
  const first = spec.network.layers.find((layer) => layer.kind === 'dense')?.id ?? 'hidden-1';
  const snippet = `from safetensors.numpy import load_file

weights = load_file("${file}")
for name, array in weights.items():
    print(name, array.shape)

# A dense layer: output = activation(inputs @ kernel + bias)
kernel, bias = weights["${first}.kernel"], weights["${first}.bias"]`;
  return (
    <Dialog
      title="Save trained weights"
      onClose={onClose}
      actions={
        run && (
          <button
            type="button"
            className="button-primary"
            data-testid="download-weights"
            onClick={() => void save(run, file)}
          >
            <Icon name="save" size={15} /> Save {file}
          </button>
        )
      }
    >
      <p className="mb-3">
        All weights and biases as they are now, at step {count(step)}, in one safetensors file: plain arrays,
        safe to open, and read by NumPy, PyTorch and JAX alike.
      </p>
      <div className="relative">
        <pre
          className="overflow-x-auto rounded-md bg-raised p-3 font-mono text-[12px] leading-relaxed"
          tabIndex={0}
          aria-label="Python code that reads the file"
        >
          {snippet}
        </pre>
        <button
          type="button"
          className="button absolute top-2 right-2 h-7"
          onClick={() => {
            void navigator.clipboard.writeText(snippet).then(() => setCopied(true));
          }}
        >
          <Icon name={copied ? 'check' : 'copy'} size={13} /> {copied ? 'Copied' : 'Copy'}
        </button>
      </div>
    </Dialog>
  );
}
