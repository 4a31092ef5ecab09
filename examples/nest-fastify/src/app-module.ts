import { Module } from '@nestjs/common';
import { RouterModule } from '@nestjs/core';
import { HealthController } from './health-controller.ts';
import { ProductsController } from './products-controller.ts';
import { Products } from './products.ts';
import { ReportsModule } from './reports-module.ts';

/** The application: products, and reports nested below `/admin`. */
@Module({
  imports: [ReportsModule, RouterModule.register([{ path: 'admin', module: ReportsModule }])],
  controllers: [HealthController, ProductsController],
  providers: [Products],
})
// oxlint-disable-next-line typescript/no-extraneous-class -- a module of NestJS is what its decorator says
export class AppModule {}
