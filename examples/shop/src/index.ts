export { parseOrderRequest } from './order-request.ts';
export type { OrderRequest } from './order-request.ts';
export { serve } from './serve.ts';
export { createShop } from './shop.ts';
export type { Order, Product, Sales, Shop } from './shop.ts';
