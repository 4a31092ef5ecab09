import type { OutriderOptions as CoreOptions, RequestIdTrust } from '@outrider/core';
import express from 'express';
import type { Request, Response } from 'express';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { expectTypeOf, test } from 'vitest';
import { outrider } from '../src/index.ts';
import type { OutriderOptions } from '../src/index.ts';

interface TenantRequest extends IncomingMessage {
  tenant?: string;
}

test("callbacks without annotations take Express's own request and response", () => {
  outrider({
    requestId: { trust: (req) => req.ip === '127.0.0.1' },
    exclude: (req) => req.path === '/healthz',
    streams: (req) => req.originalUrl === '/poll',
    route: (req) => (req.originalUrl.startsWith('/assets/') ? '/assets/*' : undefined),
    labels: (req, res) => {
      expectTypeOf(req).toEqualTypeOf<Request>();
      expectTypeOf(res).toEqualTypeOf<Response>();
      return { id: req.id, ip: req.ip ?? '', plan: String(res.locals['plan']) };
    },
  });
});

test('options on their own do so, too', () => {
  const options: OutriderOptions = {
    requestId: { trust: (req) => req.secure },
    labels: (req, res) => ({ ip: req.ip ?? '', sent: res.headersSent }),
  };
  expectTypeOf<OutriderOptions>().toEqualTypeOf<CoreOptions<Request, Response>>();
  express().use(outrider(options));
});

test('an annotation says otherwise', () => {
  outrider({
    requestId: { trust: (req: TenantRequest) => req.tenant === 'one' },
    labels: (req: TenantRequest, res: ServerResponse) => ({ tenant: req.tenant ?? '', sent: res.headersSent }),
  });
  outrider({ labels: (req: Request<{ shop: string }>) => ({ shop: req.params.shop }) });
  const options: CoreOptions = { route: ({ url }) => url };
  outrider(options);
  expectTypeOf<RequestIdTrust>().toEqualTypeOf<'valid' | 'never' | ((request: IncomingMessage) => boolean)>();
  // @ts-expect-error -- a label is a text, a number or a boolean
  outrider({ labels: (req) => ({ ip: req.ip }) });
});
