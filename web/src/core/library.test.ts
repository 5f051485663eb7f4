import { describe, expect, it } from 'vitest';

import type { ComparedRun } from '../protocol/messages';
import {
  ago,
  ALL_RUNS,
  lengthOf,
  libraryPath,
  pagesOf,
  parseTags,
  rowsInSight,
  stepAt,
  titlesOf,
} from './library';

function run(step: number, epochs: (number | null)[], end: number): ComparedRun {
  const steps = epochs.map((_, index) => Math.round(((index + 1) * step) / epochs.length));
  const numbers = epochs.map(() => 0.5);
  return {
    id: 'a1b2c3d4e5f60718',
    name: 'Spiral',
    state: 'paused',
    step,
    epochs: end,
    seconds: null,
    created: 0,
    bytes: 0,
    origin: null,
    tags: [],
    differences: [],
    changes: [],
    losses: { steps, epochs, seconds: epochs.map(() => null), low: numbers, high: numbers },
    evaluations: { steps: [], epochs: [], seconds: [], train_loss: [], validation_loss: [] },
  };
}

describe('the library', () => {
  it('asks for what is chosen and for nothing else', () => {
    expect(libraryPath(ALL_RUNS, 0)).toBe('library?sort=created&limit=40&offset=0');
    const query = { ...ALL_RUNS, search: ' a&b ', shelf: 'training', tag: 'x y', ascending: true } as const;
    expect(libraryPath(query, 2)).toBe(
      'library?sort=created&limit=40&offset=80&search=a%26b&state=training&tag=x+y&ascending=true',
    );
    expect(libraryPath({ ...ALL_RUNS, shelf: 'deleted' }, 0)).toContain('hidden=true');
  });

  it('draws the rows in sight alone, whatever their number', () => {
    expect(rowsInSight(0, 600, 60, 10_000, 2)).toEqual([0, 12]);
    expect(rowsInSight(6000, 600, 60, 10_000, 2)).toEqual([98, 112]);
    expect(rowsInSight(6000, 600, 60, 3, 2)).toEqual([3, 3]);
    expect(pagesOf([38, 81])).toEqual([0, 1, 2]);
    expect(pagesOf([40, 80])).toEqual([1]);
    expect(pagesOf([0, 0])).toEqual([]);
  });

  it('reads tags as they are typed', () => {
    expect(parseTags(' lecture,, wide , lecture')).toEqual(['lecture', 'wide']);
    expect(parseTags('')).toEqual([]);
  });

  it('says how old a run is', () => {
    expect([20, 150, 7300, 200_000].map(ago)).toEqual(['just now', '2 min ago', '2 h ago', '2 d ago']);
  });

  it('tells runs of one name apart', () => {
    const named = (id: string, name: string) => ({ id, name });
    expect(titlesOf([named('abcdef12', 'S'), named('123456ab', 'S'), named('x', '')])).toEqual([
      'S (abcdef)',
      'S (123456)',
      'Untitled',
    ]);
  });
});

describe('compared runs', () => {
  const quick = run(100, [1, 2, 3, 4, 5], 5);
  const slow = run(1000, [1, 2, null, 4], 4);

  it('stand at the same place of an axis', () => {
    expect(stepAt(quick, 'steps', 42.4)).toBe(42);
    expect(stepAt(quick, 'steps', 400)).toBe(100);
    expect(stepAt(quick, 'epochs', 0)).toBe(0);
    expect(stepAt(quick, 'epochs', 2.5)).toBe(50);
    expect(stepAt(slow, 'epochs', 2)).toBe(500);
    expect(stepAt(slow, 'epochs', 3)).toBe(750);
    expect(stepAt(slow, 'epochs', 4.5)).toBe(1000);
  });

  it('share an axis as long as the longest', () => {
    expect(lengthOf([quick, slow], 'steps')).toBe(1000);
    expect(lengthOf([quick, slow], 'epochs')).toBe(5);
    expect(lengthOf([quick, slow], 'seconds')).toBe(0);
  });
});
