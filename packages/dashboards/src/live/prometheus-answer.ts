import type { Labels, ResultSeries, Sample } from './loaded.ts';
import { PrometheusError } from './prometheus-error.ts';

// Ten thousand series in 240 steps are as much, more than any panel can draw.
const LONGEST_ANSWER_BYTES = 64 * 2 ** 20;

/** A redirect that is not followed: where to, without what a proxy may have put behind that. */
export function moved({ host }: URL, { status, headers }: Response): PrometheusError {
  const location = headers.get('location') ?? '';
  const where = URL.canParse(location, `http://${host}`) ? new URL(location, `http://${host}`) : undefined;
  const to = where === undefined ? '' : `, a redirect to ${where.origin}${where.pathname}`;
  return new PrometheusError('status', `${host} answered ${status}${to}`);
}

/** The text of an answer, which nobody could hold if it did not end. */
export async function limitedText({ body }: Response, { host }: URL): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > LONGEST_ANSWER_BYTES)
      throw new PrometheusError('status', `${host} answered with more than ${LONGEST_ANSWER_BYTES / 2 ** 20} MiB`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** What stands around every result. */
export interface Answer {
  readonly status: 'success' | 'error';
  readonly data?: unknown;
  readonly errorType?: string;
  readonly error?: string;
}

/** What a text says that is an answer of Prometheus' API. */
export function answerOf(text: string): Answer | undefined {
  try {
    const answer = JSON.parse(text) as Partial<Answer> | null;
    return answer?.status === undefined ? undefined : (answer as Answer);
  } catch {
    return undefined;
  }
}

type Written = readonly [timeS: number, value: string];
type Data =
  | { readonly resultType: 'scalar'; readonly result: Written }
  | {
      readonly resultType: 'vector' | 'matrix';
      readonly result: ReadonlyArray<{
        readonly metric: Labels;
        readonly value?: Written;
        readonly values?: readonly Written[];
      }>;
    };

/** The series of a result of any kind. @throws {TypeError} if it is none */
export function seriesOf(data: unknown): readonly ResultSeries[] {
  const answer = data as Data;
  if (answer.resultType === 'scalar') return [{ labels: {}, samples: [sample(answer.result)] }];
  return answer.result.map(({ metric, value, values = value === undefined ? [] : [value] }) => ({
    labels: labelsOf(metric),
    samples: values.map(sample),
  }));
}

function labelsOf(metric: Labels | null | undefined): Labels {
  if (metric === null || typeof metric !== 'object') throw new TypeError('a series has no labels');
  return metric;
}

function sample([timeS, text]: Written): Sample {
  // Number() does not know Prometheus' spelling of the infinite.
  return [timeS, text.endsWith('Inf') ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text)];
}
