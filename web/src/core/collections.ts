/** Named collections of images: what to say of one that is not on this machine, and what to do about it. */

import type { CollectionEntry, CollectionName, Data, Images, Spec } from '../protocol/messages';
import { api, problemSentence } from './api';
import { bytes } from './numbers';

export const TITLES: Readonly<Record<CollectionName, string>> = {
  mnist: 'MNIST',
  'fashion-mnist': 'Fashion-MNIST',
  digits: 'Digits 8×8',
};

/** One sentence about a collection that is not here; null where it is. */
export function absence(entry: CollectionEntry): string | null {
  const { title, state, problem, received_bytes: received, total_bytes: total } = entry;
  switch (state) {
    case 'present':
      return null;
    case 'fetching':
      return `Downloading ${title}: ${part(received, total)}.`;
    case 'failed':
    case 'absent': {
      if (problem) return problemSentence(problem);
      const how =
        received > 0 ? `the download stopped at ${part(received, total)}` : `a download of ${bytes(total)}`;
      return `${title} is not on this machine yet: ${how}.`;
    }
  }
}

function part(received: number, total: number): string {
  return `${bytes(received)} of ${bytes(total)}`;
}

/** What the button that fetches is called; null where there is nothing to fetch, or it is under way. */
export function fetchWord(entry: CollectionEntry): string | null {
  if (!entry.can_fetch || entry.state === 'present' || entry.state === 'fetching') return null;
  if (entry.state === 'failed') return 'Retry';
  return entry.received_bytes > 0 ? 'Resume' : 'Download';
}

/** The spec on the digits that come with netlapse, everything else as it is. */
export function onBundledDigits(spec: Spec, digits: Images): Spec {
  const { data } = spec;
  const augmentation = data.kind === 'images' ? data.augmentation : null;
  return { ...spec, name: '', data: { ...digits, augmentation } };
}

/** The sentence for data that cannot be trained on because it is not here; null where it can. */
export async function missing(data: Data): Promise<string | null> {
  if (data.kind !== 'images') return null;
  const entry = (await api.collections()).find(({ name }) => name === data.name);
  if (entry === undefined || entry.state === 'present') return null;
  return entry.state === 'fetching'
    ? `${entry.title} is still being downloaded.`
    : `${entry.title} is not on this machine yet: download it, or use the bundled digits.`;
}
