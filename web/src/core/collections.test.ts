import { describe, expect, it } from 'vitest';

import type { CollectionEntry } from '../protocol/messages';
import { absence, fetchWord } from './collections';

const MNIST: CollectionEntry = {
  name: 'mnist',
  title: 'MNIST',
  state: 'absent',
  received_bytes: 0,
  total_bytes: 11_594_722,
  problem: null,
  can_fetch: true,
  image: { height: 28, width: 28, channels: 1 },
  class_names: ['0', '1'],
  train: 60_000,
  test: 10_000,
};

describe('a collection that is not on this machine', () => {
  it('says what a download comes to', () => {
    expect(absence(MNIST)).toBe('MNIST is not on this machine yet: a download of 11.6 MB.');
    expect(fetchWord(MNIST)).toBe('Download');
  });

  it('goes on where it stopped', () => {
    const entry = { ...MNIST, received_bytes: 5_200_000 };
    expect(absence(entry)).toBe(
      'MNIST is not on this machine yet: the download stopped at 5.20 MB of 11.6 MB.',
    );
    expect(fetchWord(entry)).toBe('Resume');
  });

  it('tells how far it is', () => {
    const entry: CollectionEntry = { ...MNIST, state: 'fetching', received_bytes: 1_000_000 };
    expect(absence(entry)).toBe('Downloading MNIST: 1.00 MB of 11.6 MB.');
    expect(fetchWord(entry)).toBeNull();
  });

  it('says why it failed', () => {
    const problem = {
      kind: 'DataError',
      message: 'MNIST could not be fetched.',
      place: '',
      remedy: 'Try again.',
    };
    const entry: CollectionEntry = { ...MNIST, state: 'failed', problem };
    expect(absence(entry)).toBe('MNIST could not be fetched. Try again.');
    expect(fetchWord(entry)).toBe('Retry');
  });

  it('offers no download into a folder of the user', () => {
    expect(fetchWord({ ...MNIST, can_fetch: false })).toBeNull();
  });

  it('says nothing where it is here', () => {
    expect(absence({ ...MNIST, state: 'present' })).toBeNull();
  });
});
