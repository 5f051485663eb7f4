import { describe, expect, it } from 'vitest';

import type { Diagnosis, HealthFinding, Spec } from '../protocol/messages';
import { evidenceWords, findingWords, newFindings, shownFindings, withChanges } from './diagnosis';
import type { Schema } from './schema';

const finding = (rule: HealthFinding['rule'], layer: string | null, since = 1200): HealthFinding => ({
  rule,
  title: 'Dead units',
  severity: 'warning',
  layer,
  since,
  evidence: [],
  explanation: '',
  remedies: [],
});

const diagnosis: Diagnosis = {
  run: 'r',
  step: 2000,
  moments: 10,
  findings: [finding('dead-units', 'hidden-1'), finding('dead-units', 'hidden-2'), finding('plateau', null)],
};

describe('findings', () => {
  it('are dismissed one by one, by rule and layer', () => {
    const left = shownFindings(diagnosis, new Set(['dead-units:hidden-1', 'plateau']));
    expect(left.map(({ layer }) => layer)).toEqual(['hidden-2']);
    expect(shownFindings(null, new Set())).toEqual([]);
  });

  it('are new once, also when they begin anew', () => {
    const known = new Set(['plateau', 'dead-units:hidden-1']);
    const again = [finding('plateau', null, 1900), ...diagnosis.findings];
    expect(newFindings(again, known).map(({ layer }) => layer)).toEqual(['hidden-2']);
  });

  it('are told with layer and step', () => {
    expect(findingWords(finding('dead-units', 'hidden-1'))).toBe('Dead units in hidden-1, since step 1,200');
    expect(findingWords(finding('plateau', null))).toBe('Dead units, since step 1,200');
  });
});

describe('evidence', () => {
  const words = (what: string, value: number | null, limit: number | null = null) =>
    evidenceWords({ what, value, step: 0, limit });

  it('writes shares as percentages, with the threshold in the same unit', () => {
    expect(words('share of `dead` units', 0.625, 0.5)).toEqual({
      what: 'share of dead units',
      value: '62.5 %',
      limit: '50 %',
    });
  });

  it('writes other numbers in three digits, and says what is not finite', () => {
    expect(words('gradient norm', 12345.6, 100)).toMatchObject({ value: '12,300', limit: '100' });
    expect(words('gradient norm', 0.5, 0.02)).toMatchObject({ value: '0.500', limit: '0.02' });
    expect(words('gradient norm', 1e-5, 2e-4)).toMatchObject({ value: '1.00e−5', limit: '2e−4' });
    expect(words('training loss', null)).toMatchObject({ value: 'not finite', limit: '' });
  });
});

it('a remedy changes the spec, and the name of a kind means its defaults', () => {
  const schema: Schema = {
    properties: {
      training: {
        properties: {
          clip_norm: { type: 'number' },
          optimizer: {
            oneOf: [
              { properties: { kind: { const: 'sgd' }, learning_rate: { type: 'number', default: 0.1 } } },
              { properties: { kind: { const: 'adam' }, learning_rate: { type: 'number', default: 0.001 } } },
            ],
          },
        },
      },
    },
  };
  const spec = {
    training: { clip_norm: null, optimizer: { kind: 'sgd', learning_rate: 3 } },
  } as unknown as Spec;
  const changed = withChanges(
    spec,
    [
      { kind: 'set', path: 'training.clip_norm', value: 1 },
      { kind: 'set', path: 'training.optimizer', value: 'adam' },
    ],
    schema,
  );
  expect(changed.training).toEqual({ clip_norm: 1, optimizer: { kind: 'adam', learning_rate: 0.001 } });
  expect(spec.training.clip_norm).toBeNull();
});
