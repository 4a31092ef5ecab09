import type express5 from 'express';
import type { Express, NextFunction, Request, Response } from 'express';

/** One copy of Express, and how it spells what the versions spell differently. */
export interface ExpressVersion {
  readonly name: string;
  readonly express: typeof express5;
  readonly optional: string;
  readonly wildcard: string;
  readonly restricted: string;
  /** Whether a route that was declared with several paths tells which of them matched. */
  readonly tellsPathOfRoute: boolean;
  /** Makes a finished application look as this version would have built it. */
  readonly age: (app: Express) => void;
}

/** What is asked, and the template that must be recorded: undefined for a request that no route matched. */
export type Question = readonly [path: string, template: string | undefined, method?: string];

/** One way to declare routes. Every value that a parameter takes begins with `zq`, so that it is known in a label. */
export interface RouteCase {
  readonly name: string;
  build(app: Express, version: ExpressVersion): void;
  readonly questions: readonly Question[] | ((version: ExpressVersion) => readonly Question[]);
}

function answer(_request: Request, response: Response): void {
  response.end('ok');
}

function pass(_request: Request, _response: Response, next: NextFunction): void {
  next();
}

export const ROUTE_CASES: readonly RouteCase[] = [
  {
    name: 'a URL that a middleware rewrites before the mount',
    build: (app, { express }) => {
      const router = express.Router();
      router.get('/:b', answer);
      app.use((request, _, next) => {
        request.url = request.url.replace('/v1', '');
        next();
      });
      app.use('/rewritten/:a', router);
    },
    questions: [['/v1/rewritten/zq1/zq2', '/rewritten/:a/:b']],
  },
  {
    name: 'a router mounted with a list of paths',
    build: (app, { express }) => app.use(['/a', '/b/:kind'], express.Router().get('/:id', answer)),
    questions: [
      ['/a/zq1', '/a/:id'],
      ['/b/zq2/zq1', '/b/:kind/:id'],
    ],
  },
  {
    name: 'a router mounted with parameters',
    build: (app, { express }) => app.use('/orgs/:org/teams/:team', express.Router().get('/:id', answer)),
    questions: [
      ['/orgs/zq1/teams/zq2/zq3', '/orgs/:org/teams/:team/:id'],
      ['/orgs/teams/teams/orgs/zq3', '/orgs/:org/teams/:team/:id'],
      ['/orgs/zq%2F1/teams/zq%20%C3%A9/zq3', '/orgs/:org/teams/:team/:id'],
      ['/orgs/zq1/teams/zq2', undefined],
    ],
  },
  {
    name: 'a router mounted with two parameters in one segment',
    build: (app, { express }) => app.use('/range/:from-:to', express.Router().get('/:id', answer)),
    questions: [['/range/zq1-zq2/zq3', '/range/:from-:to/:id']],
  },
  {
    name: 'a route that is a regular expression',
    build: (app) => app.get(/^\/commits\/(\w+)$/, answer),
    questions: [['/commits/zq1', '/^\\/commits\\/(\\w+)$/']],
  },
  {
    name: 'a route with a list of paths',
    build: (app) => app.get(['/x/:id', '/y/:id'], answer),
    questions: ({ tellsPathOfRoute }) => [
      ['/x/zq1', tellsPathOfRoute ? '/x/:id' : '/x/:id,/y/:id'],
      ['/y/zq1', tellsPathOfRoute ? '/y/:id' : '/x/:id,/y/:id'],
    ],
  },
  {
    name: 'an optional parameter',
    build: (app, { optional }) => app.get(optional, answer),
    questions: ({ optional }) => [
      ['/optional', optional],
      ['/optional/zq1', optional],
    ],
  },
  {
    name: 'a wildcard',
    build: (app, { wildcard }) => app.get(wildcard, answer),
    questions: ({ wildcard }) => [
      ['/wild/zq1', wildcard],
      ['/wild/zq1/zq2/zq3', wildcard],
    ],
  },
  {
    name: 'a router mounted under two paths',
    build: (app, { express }) => {
      const items = express.Router().get('/:id', answer);
      app.use('/new', items);
      app.use('/old/:version', items);
    },
    questions: [
      ['/new/zq1', '/new/:id'],
      ['/old/zq2/zq1', '/old/:version/:id'],
    ],
  },
  {
    name: 'a sub-application mounted with parameters',
    build: (app, { express }) => {
      const sub = express();
      sub.use('/carts', express.Router().get('/:id', answer));
      app.use('/tenants/:tenant', sub);
    },
    questions: [['/tenants/zq1/carts/zq2', '/tenants/:tenant/carts/:id']],
  },
  {
    name: 'a sub-application mounted by a router',
    build: (app, { express }) => {
      const sub = express();
      sub.get('/items/:id', answer);
      app.use('/outer/:shop', express.Router().use('/inner', sub));
    },
    questions: [['/outer/zq1/inner/items/zq2', '/outer/:shop/inner/items/:id']],
  },
  {
    name: 'a sub-application in a sub-application',
    build: (app, { express }) => {
      const inner = express();
      inner.use('/deep', express.Router().get('/:id', answer));
      const outer = express();
      outer.use('/inner/:b', inner);
      app.use('/outer/:a', outer);
    },
    questions: [['/outer/zq1/inner/zq2/deep/zq3', '/outer/:a/inner/:b/deep/:id']],
  },
  {
    name: 'mergeParams',
    build: (app, { express }) => {
      const items = express.Router({ mergeParams: true }).get('/:item', answer);
      app.use('/shops', express.Router().use('/:shop/items', items));
    },
    questions: [['/shops/zq1/items/zq2', '/shops/:shop/items/:item']],
  },
  {
    name: 'a trailing slash, another case',
    build: (app, { express }) => {
      app.get('/users/:id', answer);
      app.use('/Mounted/:org', express.Router().get('/List', answer).get('/', answer));
    },
    questions: ({ tellsPathOfRoute }) => {
      const mount = tellsPathOfRoute ? '/Mounted/:org' : '/mounted/:org';
      return [
        ['/users/zq1/', '/users/:id'],
        ['/USERS/zq1', '/users/:id'],
        ['/mOUNTED/zq1/lIST/', `${mount}/List`],
        ['/Mounted/zq1', mount],
        ['/mounted/zq1/', mount],
      ];
    },
  },
  {
    name: 'a case-sensitive router',
    build: (app, { express }) => {
      const sensitive = { caseSensitive: true };
      app.use(express.Router(sensitive).use('/Mounted/:org', express.Router(sensitive).get('/List', answer)));
    },
    questions: [
      ['/Mounted/zq1/List', '/Mounted/:org/List'],
      ['/mounted/zq1/List', undefined],
    ],
  },
  {
    name: 'OPTIONS, and a method that the route does not have',
    build: (app) => app.get('/users/:id', answer),
    questions: [
      ['/users/zq1', undefined, 'OPTIONS'],
      ['/users/zq1', undefined, 'DELETE'],
      ['/users/zq1', '/users/:id', 'HEAD'],
    ],
  },
  {
    name: 'a 404 below a router after a route called next()',
    build: (app, { express }) => app.use('/r/:a', express.Router().get('/:id', pass)),
    questions: [['/r/zq1/zq2', '/r/:a/:id']],
  },
  {
    name: "next('route')",
    build: (app) => {
      app.get('/skip/:id', (_request, _response, next) => next('route'), answer);
      app.get('/skip/:name', answer);
    },
    questions: [['/skip/zq1', '/skip/:name']],
  },
  {
    name: 'an error handler of the router',
    build: (app, { express }) => {
      const router = express.Router().get('/boom/:id', () => {
        throw new Error('planned');
      });
      router.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => {
        response.status(500).end();
      });
      app.use('/guarded/:a', router);
    },
    questions: [['/guarded/zq1/boom/zq2', '/guarded/:a/boom/:id']],
  },
  {
    name: 'app.route()',
    build: (app) => app.route('/chained/:id').all(pass).get(answer).post(answer),
    questions: [
      ['/chained/zq1', '/chained/:id'],
      ['/chained/zq1', '/chained/:id', 'POST'],
    ],
  },
  {
    name: 'a router mounted at the root, behind middleware that declares a path',
    build: (app, { express }) => {
      app.use('/api', pass);
      app.use(express.Router().use('/api', pass).get('/api/:id', answer));
    },
    questions: [
      ['/api/zq1', '/api/:id'],
      ['/api/zq1/zq2', undefined],
    ],
  },
];

/** Where the exact template cannot be had from every version: what is recorded must hold no part of the URL. */
export const SECRECY_CASES: readonly RouteCase[] = [
  {
    name: 'a router mounted with a parameter that a pattern restricts',
    build: (app, { express, restricted }) => app.use(restricted, express.Router().get('/:id', answer)),
    questions: [['/only/zq1/zq2', undefined]],
  },
  {
    name: 'a router mounted at a regular expression with groups',
    build: (app, { express }) => app.use(/^\/g\/(\w+)/, express.Router().get('/:id', answer)),
    questions: [['/g/zq1/zq2', undefined]],
  },
  {
    name: 'a router mounted at a regular expression without groups',
    build: (app, { express }) => app.use(/^\/n\/\w+/, express.Router().get('/:id', answer)),
    questions: [['/n/zq1/zq2', undefined]],
  },
  {
    name: 'a router mounted below a wildcard',
    build: (app, { express, wildcard }) => app.use(wildcard, express.Router().get('/', answer)),
    questions: [
      ['/wild/zq1', undefined],
      ['/wild/zq1/zq2', undefined],
    ],
  },
  {
    name: 'a router that a function calls',
    build: (app, { express }) => {
      const router = express.Router().get('/:id', answer);
      app.use('/lazy/:a', (request, response, next) => router(request, response, next));
    },
    questions: [['/lazy/zq1/zq2', undefined]],
  },
  {
    name: 'a sub-application mounted under two paths',
    build: (app, { express }) => {
      const sub = express();
      sub.get('/:id', answer);
      app.use('/first/:a', sub);
      app.use('/second', sub);
    },
    questions: [
      ['/first/zq1/zq2', undefined],
      ['/second/zq2', undefined],
    ],
  },
  {
    name: 'a sub-application mounted with a list of paths',
    build: (app, { express }) => {
      const sub = express();
      sub.use('/items', express.Router().get('/:id', answer));
      app.use(['/first/:a', '/second'], sub);
    },
    questions: [
      ['/first/zq1/items/zq2', undefined],
      ['/second/items/zq2', undefined],
    ],
  },
];
