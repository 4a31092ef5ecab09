import { strict as assert } from 'node:assert';
import type { Case } from '../case.ts';
import type { RequestOptions } from '../client/client.ts';
import { assertHeaders, assertRecorded } from '../expectations.ts';
import type { Framework } from '../framework.ts';
import type { TemplateName } from '../templates.ts';

/** What becomes of a request that is answered whole. */
export interface Recorded {
  /** The route by its name, else as it is declared everywhere, else none. */
  readonly template?: TemplateName;
  readonly route?: string;
  readonly status: number;
  readonly error?: string;
  readonly method?: string;
  readonly body?: string;
}

/** A request that is answered: its status, our headers, and one value under exactly the labels expected. */
export function recorded(
  name: string,
  target: string,
  expected: Recorded,
  { impossible, request = {} }: { impossible?: Case['impossible']; request?: Omit<RequestOptions, 'method'> } = {},
): Case {
  return {
    name,
    ...(impossible === undefined ? {} : { impossible }),
    run: async (application, framework) => {
      const method = expected.method ?? 'GET';
      const answer = await application.send(target, { ...request, method });
      assert.equal(answer.status, expected.status);
      if (expected.body !== undefined) assert.equal(answer.body, expected.body);
      assertHeaders(answer);
      await assertRecorded(application, { ...expected, route: routeOf(expected, framework) });
    },
  };
}

/**
 * A request of which frameworks think differently: whether it matches is the router's to decide, and then the label is
 * the template, else none.
 */
export function decided(name: string, target: string, template: TemplateName, impossible?: Case['impossible']): Case {
  return {
    name,
    ...(impossible === undefined ? {} : { impossible }),
    run: async (application, framework) => {
      const answer = await application.send(target);
      assert.ok([200, 400, 404, 414].includes(answer.status), `status ${answer.status}`);
      assertHeaders(answer);
      const route = answer.status === 200 ? framework.templates[template] : undefined;
      await assertRecorded(application, { route, status: answer.status });
    },
  };
}

function routeOf({ template, route }: Recorded, { templates }: Framework): string | undefined {
  return template === undefined ? route : templates[template];
}
