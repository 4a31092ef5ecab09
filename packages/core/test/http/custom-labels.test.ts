import { expect, test } from 'vitest';
import { customLabels } from '../../src/http/custom-labels.ts';

test('texts, numbers and booleans are labels', () => {
  expect(customLabels({ plan: 'pro', 'app.tier': 2, beta: false, gone: undefined })).toEqual({
    labels: { plan: 'pro', 'app.tier': '2', beta: 'false' },
    unfit: 0,
  });
  expect(customLabels({})).toEqual({ labels: undefined, unfit: 0 });
  expect(customLabels({ long: 'x'.repeat(1000) }).labels?.['long']).toHaveLength(128);
});

test.each([
  ['', 'x'],
  ['a-b', 'x'],
  ['1st', 'x'],
  ['__name__', 'x'],
  ['a'.repeat(129), 'x'],
  ['http.route', 'forged'],
  ['http_route', 'forged'],
  ['http.request_method', 'forged'],
  ['le', '1'],
  ['job', 'x'],
  ['list', ['x']],
  ['nothing', null],
  ['thing', {}],
])('%j with %j is unfit, and counted', (name, value) => {
  expect(customLabels({ [name]: value, plan: 'pro' })).toEqual({ labels: { plan: 'pro' }, unfit: 1 });
});

test('a ninth is unfit, and so is a text in the place of labels', () => {
  const nine = Object.fromEntries(Array.from({ length: 9 }, (_, at) => [`l${at}`, at]));
  expect(Object.keys(customLabels(nine).labels!)).toHaveLength(8);
  expect(customLabels(nine).unfit).toBe(1);
  expect(customLabels(['a', 'b'])).toEqual({ labels: undefined, unfit: 2 });
  expect(customLabels('ab')).toEqual({ labels: undefined, unfit: 1 });
});

test('a metric without a route may have labels of that name', () => {
  const taken = new Set(['job', 'operation_name']);
  expect(customLabels({ 'http.route': 'x', 'error.type': 'y', 'operation.name': 'z', job: 'z' }, taken)).toEqual({
    labels: { 'http.route': 'x', 'error.type': 'y' },
    unfit: 2,
  });
});
