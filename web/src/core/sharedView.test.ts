import { beforeEach, expect, it, vi } from 'vitest';

beforeEach(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false }));
  vi.stubGlobal('localStorage', { getItem: () => null, setItem: () => undefined });
});

async function stores() {
  const { viewStore } = await import('./view');
  const { microscopeStore } = await import('./microscope');
  const { captureView, restoreShared } = await import('./sharedView');
  return { viewStore, microscopeStore, captureView, restoreShared };
}

it('restores what was on screen, but not the theme', async () => {
  const { viewStore, microscopeStore, captureView, restoreShared } = await stores();
  const selection = { kind: 'layer', layer: 'hidden-1' } as const;
  viewStore.setState({ tab: 'blocks', axes: [1, 2], selection, theme: 'dark' });
  microscopeStore.setState({ subject: { kind: 'sample', part: 'train', index: 7 }, facet: 'stack' });
  const sent: unknown = JSON.parse(JSON.stringify(captureView()));
  viewStore.setState({ tab: 'neurons', axes: null, selection: null, theme: 'light' });
  microscopeStore.setState({ subject: { kind: 'mean', part: 'train' } as never, facet: 'activations' });
  restoreShared(sent as Record<string, unknown>);
  expect(viewStore.getState()).toMatchObject({ tab: 'blocks', axes: [1, 2], selection, theme: 'light' });
  expect(microscopeStore.getState()).toMatchObject({
    subject: { kind: 'sample', part: 'train', index: 7 },
    facet: 'stack',
  });
});

it('leaves out what is of another kind, and drawings, which belong to their page', async () => {
  const { viewStore, microscopeStore, captureView, restoreShared } = await stores();
  microscopeStore.setState({ subject: { kind: 'drawing', drawing: 'mine' } as never });
  expect(captureView()['microscope']).not.toHaveProperty('subject');
  viewStore.setState({ tab: 'neurons', discrete: false });
  restoreShared({ tab: 3, discrete: true, evil: 'x', microscope: 'none' });
  expect(viewStore.getState()).toMatchObject({ tab: 'neurons', discrete: true });
  expect(viewStore.getState()).not.toHaveProperty('evil');
});
