import type { Case } from '../case.ts';
import { sendRaw } from '../client/raw.ts';
import { strict as assert } from 'node:assert';
import { assertRecorded } from '../expectations.ts';
import { NO_ROUTER } from './no-router.ts';
import { decided, recorded } from './recorded.ts';

const USER = { template: 'template', status: 200 } as const;

/** What a client may write for a path. */
export const TARGET_CASES: readonly Case[] = [
  recorded('a query string', '/users/zq1?token=zq&id=zq2', USER),
  recorded('a query string that looks like a path', '/users/zq1?/shops/zq/items', USER),
  decided('a fragment', '/users/zq1#zq2', 'template'),
  recorded('a parameter with an encoded slash', '/users/zq%2Fb', USER),
  recorded('a parameter with an encoded percent sign', '/users/zq%2525', USER),
  decided('a parameter with a percent sign that encodes nothing', '/users/zq%E0%A4%A', 'template', {
    Fastify: 'Fastify answers what it cannot decode with 400 before any hook runs: it is not measured',
  }),
  recorded('a parameter with an encoded character beyond ASCII', '/users/zq%C3%BC%E2%82%AC', USER),
  decided('a parameter of two dots', '/users/..', 'dots'),
  decided('a parameter of two dots, encoded', '/users/%2e%2e', 'dots'),
  decided('a parameter of two dots and a slash, encoded', '/users/..%2Fzq', 'template'),
  recorded('a parameter with the value of a static segment', '/users/users', USER),
  recorded('a parameter with the value of its own name', '/users/id', USER),
  recorded('a parameter with the value of its own declaration', '/users/:id', USER),
  recorded('parameters with the value of static segments beside them', '/shops/shops/items/items', {
    template: 'nested',
    status: 200,
  }),
  recorded('a parameter with the characters of a pattern', '/users/zq$&(.*)$1', USER),
  recorded('a parameter of one letter that is in the template', '/users/s', USER),
  decided('a slash at the end', '/users/zq1/', 'template'),
  decided('a slash at the end, strictly', '/strict/zq1/', 'strict', NO_ROUTER),
  decided('another case', '/USERS/zq1', 'template'),
  decided('doubled slashes', '//users//zq1', 'template'),
  decided('a path of 8,000 characters', `/users/zq${'x'.repeat(8000)}`, 'template'),
  recorded('a path of 8,000 characters that no route matches', `/nowhere/${'zq/'.repeat(2600)}`, { status: 404 }),
  {
    name: 'a target with scheme and host',
    impossible: { 'HTTP/2': 'a request of HTTP/2 names scheme and host apart from the path' },
    run: async (application, { templates }) => {
      const text = await sendRaw(
        application,
        'GET http://localhost/users/zq1 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n',
      );
      const status = Number(/^HTTP\/1\.1 (\d+) /.exec(text)?.[1]);
      assert.ok([200, 400, 404].includes(status), `status ${status}`);
      await assertRecorded(application, { route: status === 200 ? templates.template : undefined, status });
    },
  },
];
