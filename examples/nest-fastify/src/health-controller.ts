import { Controller, Get } from '@nestjs/common';

/** `/healthz`, outside of the prefix. */
@Controller('healthz')
export class HealthController {
  @Get()
  check(): { status: string } {
    return { status: 'ok' };
  }
}
