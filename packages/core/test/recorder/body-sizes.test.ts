import { expect, test } from 'vitest';
import { read } from '../../../conformance/src/readings.ts';
import type { Reading } from '../../../conformance/src/readings.ts';
import { BODY_SIZE_BOUNDS } from '../../src/bounds.ts';
import { BodySizes } from '../../src/recorder/body-sizes.ts';
import { RouteTable } from '../../src/recorder/route-table.ts';

const GET = 0;
const POST = 1;

function readings(sizes: BodySizes): Reading[] {
  return read({ collect: (visitor) => [...sizes.steps(visitor)] });
}

test('sizes are told by route and method, each body where it belongs', () => {
  const sizes = new BodySizes();
  const routes = new RouteTable();
  sizes.record(routes.declared('/a'), GET, -1, 300);
  sizes.record(routes.declared('/a'), POST, 5000, 0);
  sizes.record(routes.declared('/a'), POST, 256, -1);
  sizes.record(routes.unmatched, GET, -1, 10);
  sizes.record(routes.overflow, GET, -1, 20);
  sizes.record(routes.declared('/nothing known'), GET, -1, -1);
  expect(readings(sizes).map(({ metric, attributes, value, sum }) => [metric, attributes, value, sum])).toEqual([
    ['http.server.request.body.size', { 'http.request.method': 'POST', 'http.route': '/a' }, 2, 5256],
    ['http.server.response.body.size', { 'http.request.method': 'GET', 'http.route': '/a' }, 1, 300],
    ['http.server.response.body.size', { 'http.request.method': 'POST', 'http.route': '/a' }, 1, 0],
    ['http.server.response.body.size', { 'http.request.method': 'GET' }, 1, 10],
    ['http.server.response.body.size', { 'http.request.method': 'GET', 'otel.metric.overflow': true }, 1, 20],
  ]);
});

test('there is room for as many routes as come', () => {
  const sizes = new BodySizes();
  const routes = new RouteTable();
  for (let at = 0; at < 500; at++) sizes.record(routes.declared(`/${at}`), POST, at, at);
  const told = readings(sizes);
  expect(told).toHaveLength(1000);
  expect(told.map(({ sum }) => sum)).toEqual([...Array(500).keys(), ...Array(500).keys()]);
});

test('the bounds reach from small answers to a gigabyte', () => {
  expect(BODY_SIZE_BOUNDS[0]).toBe(256);
  expect(BODY_SIZE_BOUNDS.at(-1)).toBe(2 ** 30);
});

test('a copy does not change any more', () => {
  const sizes = new BodySizes();
  const route = new RouteTable().declared('/a');
  sizes.record(route, GET, -1, 1);
  const copy = sizes.copy();
  sizes.record(route, GET, 7, 7);
  expect(readings(copy)).toHaveLength(1);
  expect(readings(copy)[0]?.sum).toBe(1);
  expect(readings(sizes)).toHaveLength(2);
});
