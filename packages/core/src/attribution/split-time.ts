/** What a request may wait for; the order is that of {@link WAIT_KINDS}. */
export type WaitKind = 'pool' | 'query' | 'outgoing';

/** The kinds of waits, by the number that they have in a {@link WaitSpan}. */
export const WAIT_KINDS: readonly WaitKind[] = ['pool', 'query', 'outgoing'];

/** Stands beside the kinds for what is over and not heard of. */
const HELD = WAIT_KINDS.length;

/** A wait in monotonic milliseconds; what is under way lasts for ever. */
export interface WaitSpan {
  readonly kind: number;
  readonly from: number;
  /** When it was over. */
  readonly over: number;
  /** When that was heard of: the event loop was blocked in between. */
  readonly heard: number;
}

/** Where a stretch of time went, in milliseconds; together they are the stretch. */
export interface TimeSplit {
  /** By the number of the kind. */
  readonly waits: number[];
  eventLoop: number;
  rest: number;
}

/** A split of no time at all. */
export function noTime(): TimeSplit {
  return { waits: WAIT_KINDS.map(() => 0), eventLoop: 0, rest: 0 };
}

/**
 * Adds to a split where the time between two moments went. Each moment is counted once: where several kinds of waits are
 * under way at once they share it, in equal parts, and a wait that is over counts no more although it was not heard of.
 *
 * @param blocked how long the event loop was blocked between two moments, asked for time without a wait
 */
export function splitTime(
  split: TimeSplit,
  spans: readonly WaitSpan[],
  from: number,
  until: number,
  blocked: (from: number, until: number) => number,
): void {
  const edges = edgesOf(spans, from, until);
  const underWay = [...WAIT_KINDS.map(() => 0), 0];
  let at = from;
  for (const { time, kind, change } of edges) {
    addStretch(split, underWay, at, time, blocked);
    underWay[kind]! += change;
    at = time;
  }
  addStretch(split, underWay, at, until, blocked);
}

interface Edge {
  readonly time: number;
  readonly kind: number;
  readonly change: 1 | -1;
}

function edgesOf(spans: readonly WaitSpan[], from: number, until: number): Edge[] {
  const edges: Edge[] = [];
  const add = (kind: number, begun: number, ended: number): void => {
    const first = Math.max(begun, from);
    const last = Math.min(ended, until);
    if (first < last) edges.push({ time: first, kind, change: 1 }, { time: last, kind, change: -1 });
  };
  for (const span of spans) {
    add(span.kind, span.from, span.over);
    add(HELD, span.over, span.heard);
  }
  return edges.toSorted((a, b) => a.time - b.time);
}

function addStretch(
  split: TimeSplit,
  underWay: readonly number[],
  from: number,
  until: number,
  blocked: (from: number, until: number) => number,
): void {
  const length = until - from;
  if (length <= 0) return;
  const { waits } = split;
  let kinds = 0;
  for (let kind = 0; kind < HELD; kind++) if (underWay[kind]! > 0) kinds++;
  if (kinds > 0) {
    for (let kind = 0; kind < HELD; kind++) if (underWay[kind]! > 0) waits[kind]! += length / kinds;
    return;
  }
  const held = underWay[HELD]! > 0 ? length : Math.min(length, blocked(from, until));
  split.eventLoop += held;
  split.rest += length - held;
}
