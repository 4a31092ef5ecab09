/** What a client sends to order. */
export interface OrderRequest {
  readonly productId: number;
  readonly quantity: number;
}

/** The body of `POST /orders`, or undefined if it is not one: `{ "productId": 7, "quantity": 1 }`, 1 to 100 of it. */
export function parseOrderRequest(body: unknown): OrderRequest | undefined {
  const { productId, quantity } = (body ?? {}) as Partial<Record<keyof OrderRequest, unknown>>;
  if (!isWhole(productId, 999_999_999) || !isWhole(quantity, 100)) return undefined;
  return { productId, quantity };
}

function isWhole(value: unknown, max: number): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= max;
}
