declare module 'koa-response-time' {
  import type { Middleware } from 'koa';

  /** The package brings no types. */
  export default function responseTime(): Middleware;
}
