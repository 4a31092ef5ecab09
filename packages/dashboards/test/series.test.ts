import { describe, expect, it } from 'vitest';
import { le, series } from '../src/series.ts';

const DURATION = 'http.server.request.duration';

describe('a selector', () => {
  it('has the names of Prometheus', () => {
    expect(series(DURATION, { 'http.route': '=~".+"', job: '="shop"' }, '_count', { cluster: '="eu"' })).toBe(
      'http_server_request_duration_seconds_count{cluster="eu",http_route=~".+",job="shop"}',
    );
    expect(series('cache.evictions')).toBe('cache_evictions_total');
  });

  it.each([
    ['a metric that there is not', () => series('http.server.duration'), 'not in the catalogue'],
    [
      'an attribute that it does not have',
      () => series('cache.evictions', { route: '="/"' }),
      'has no attribute route',
    ],
    ['a histogram as a whole', () => series(DURATION), 'is a histogram: it has parts'],
    ['a part of what has none', () => series('cache.evictions', {}, '_count'), 'it has none'],
    ['bounds of what are no buckets', () => series(DURATION, { le: '="1"' }, '_count'), 'only buckets'],
  ])('is refused for %s', (_, select, message) => {
    expect(select).toThrow(message);
  });
});

describe('the matcher of a bound', () => {
  it.each([
    [3, '=~"3([.]0)?"', ['3', '3.0'], ['30', '3.5']],
    [0.15, '="0.15"', [], []],
  ])('of %d', (bound, matcher, matches, others) => {
    expect(le(bound, [0.15, 3])).toBe(matcher);
    const pattern = new RegExp(`^(?:${matcher.slice(3, -1)})$`);
    for (const text of matches) expect(text).toMatch(pattern);
    for (const text of others) expect(text).not.toMatch(pattern);
  });

  it('is refused for what is no bound', () => {
    expect(() => le(0.1, [0.15, 3])).toThrow('0.1 is no bound of the histogram; these are: 0.15, 3');
  });
});
