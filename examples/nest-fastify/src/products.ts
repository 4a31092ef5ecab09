import { Injectable } from '@nestjs/common';

/** What is for sale; the price is in cents. */
export interface Product {
  readonly id: number;
  readonly name: string;
  readonly priceCents: number;
}

/** A hundred products, in memory. */
@Injectable()
export class Products {
  readonly #products: ReadonlyMap<number, Product> = new Map(
    Array.from({ length: 100 }, (_, at) => [
      at + 1,
      { id: at + 1, name: `Product ${at + 1}`, priceCents: 500 + at * 37 },
    ]),
  );

  list(): Product[] {
    return [...this.#products.values()];
  }

  get(id: number): Product | undefined {
    return this.#products.get(id);
  }
}
