import { Controller, Get, Module, Param } from '@nestjs/common';

@Controller('reports')
class ReportsController {
  @Get('sales/:year')
  sales(@Param('year') year: string): { year: string; sold: number } {
    return { year, sold: 42 };
  }

  @Get('broken')
  broken(): never {
    throw new Error('This report always fails.');
  }
}

/** The reports; where they are is up to the module that they are nested in. */
@Module({ controllers: [ReportsController] })
// oxlint-disable-next-line typescript/no-extraneous-class -- a module of NestJS is what its decorator says
export class ReportsModule {}
