import type { Quantity } from './quantity.ts';
import { time } from './time.ts';

// An hour has whole seconds four places behind its point, a minute two.
const PATTERN = String.raw`^(?:\d+000(?:\.0+)? ?ms|\d+(?:\.0+)? ?s|\d+(?:\.\d(?:[05]0*)?)? ?m|\d+(?:\.\d(?:\d(?:(?:[05]|25|75)0*)?)?)? ?h)$`;

/**
 * A time of whole seconds: what goes into a configuration of Prometheus as it is.
 *
 * @param why follows on the limits: `, since …`
 */
export function wholeSeconds(leastS: number, mostS: number, why: string = ''): Quantity {
  const any = time(leastS, mostS, { what: 'a time of whole seconds', why });
  return {
    ...any,
    read: (given) => {
      const seconds = any.read(given);
      if (!Number.isInteger(seconds)) throw new Error('must be whole seconds, such as 15s');
      return seconds;
    },
    schema: { ...any.schema, type: ['integer', 'string'], pattern: `(?=${PATTERN})${any.schema.pattern}` },
  };
}
