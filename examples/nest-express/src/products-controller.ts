import { Controller, Get, NotFoundException, Param, ParseIntPipe } from '@nestjs/common';
import { Products } from './products.ts';
import type { Product } from './products.ts';

/** `/api/products` */
@Controller('products')
export class ProductsController {
  readonly #products: Products;

  constructor(products: Products) {
    this.#products = products;
  }

  @Get()
  list(): Product[] {
    return this.#products.list();
  }

  @Get(':id')
  get(@Param('id', ParseIntPipe) id: number): Product {
    const product = this.#products.get(id);
    if (product === undefined) throw new NotFoundException('There is no such product.');
    return product;
  }
}
