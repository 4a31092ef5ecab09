import { Observer } from '@outrider/core';
import { read } from '../../conformance/src/readings.ts';
import { readers } from '../src/registry.ts';

/** An observer that knows every library, and tells nobody. */
export function newObserver(): Observer {
  const observer = new Observer({ environment: {}, push: false, runtime: false });
  observer.addReaders(readers);
  return observer;
}

/** All numbers that an observer tells, by metric and then by the values of the attributes: `products get hit`. */
export function figuresOf(observer: Observer): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const figures: Record<string, Record<string, number>> = {};
  for (const { metric, attributes, value } of read(observer)) {
    (figures[metric] ??= {})[Object.values(attributes).join(' ')] = value;
  }
  return figures;
}
