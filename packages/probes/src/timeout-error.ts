/** Whether an error is of a class `TimeoutError`, as of tarn and sequelize-pool, which give it no other mark. */
export function isTimeoutError(error: unknown): boolean {
  return error instanceof Error && error.constructor.name === 'TimeoutError';
}

/** The `code` of an error, if it has one. */
export function errorCode(error: unknown): unknown {
  return (error as { readonly code?: unknown } | null | undefined)?.code;
}
