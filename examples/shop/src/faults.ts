/** What can go wrong with the shop on purpose, for those who want to see how that looks. */
export const FAULTS = ['slow-reports', 'leak', 'hold-pool', 'lose-cache'] as const;

/** A fault by its name. */
export type Fault = (typeof FAULTS)[number];

interface Span {
  readonly fault: Fault;
  /** Milliseconds since the process started. */
  readonly from: number;
  readonly to: number;
}

const SPAN = /^([\w-]+)@(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?))?$/;

/**
 * When which fault is there: `slow-reports@0,hold-pool@60-90`, in seconds since the start; without an end it stays.
 *
 * @throws {Error} on a fault that does not exist or a time that is none
 */
export class Faults {
  readonly #spans: readonly Span[];
  readonly #startedAt = performance.now();

  constructor(text: string) {
    this.#spans = text === '' ? [] : text.split(',').map(span);
  }

  /** Whether a fault is there now. */
  isOn(fault: Fault): boolean {
    const now = performance.now() - this.#startedAt;
    return this.#spans.some((each) => each.fault === fault && each.from <= now && now < each.to);
  }

  /**
   * Calls a function when a fault comes, and what it returned when the fault goes.
   *
   * @returns stops waiting
   */
  onChange(fault: Fault, begin: () => () => void): () => void {
    const timers = this.#spans
      .filter((each) => each.fault === fault)
      .flatMap(({ from, to }) => {
        let end: (() => void) | undefined;
        const began = setTimeout(() => (end = begin()), from);
        return to === Infinity ? [began] : [began, setTimeout(() => end?.(), to)];
      });
    for (const timer of timers) timer.unref();
    return () => timers.forEach((timer) => clearTimeout(timer));
  }
}

function span(text: string): Span {
  const [, name, from, to] = SPAN.exec(text) ?? [];
  const fault = FAULTS.find((each) => each === name);
  if (fault === undefined || from === undefined) {
    throw new Error(
      `SHOP_FAULTS has "${text}": expected one of ${FAULTS.join(', ')} with a time, such as leak@60 or leak@60-90.`,
    );
  }
  return { fault, from: Number(from) * 1000, to: to === undefined ? Infinity : Number(to) * 1000 };
}
