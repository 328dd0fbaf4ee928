import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { PageQuery, type Page } from '../../http/page.js';
import { UuidPipe } from '../../http/uuid.pipe.js';
import { Caller } from '../caller.decorator.js';
import type { Principal } from '../principal.js';
import { CreateAccessKeyDto } from './access-key.dto.js';
import type { AccessKeyResource } from './access-key.presenter.js';
import { AccessKeysService } from './access-keys.service.js';

@Controller('accesskeys')
export class AccessKeysController {
  constructor(private readonly keys: AccessKeysService) {}

  @Post()
  @HttpCode(200)
  create(@Body() dto: CreateAccessKeyDto, @Caller() caller: Principal): Promise<AccessKeyResource> {
    return this.keys.create(dto, caller);
  }

  @Get()
  list(@Query() query: PageQuery, @Caller() caller: Principal): Promise<Page<AccessKeyResource>> {
    return this.keys.list(query, caller);
  }

  @Delete(':id')
  revoke(@Param('id', UuidPipe) id: string, @Caller() caller: Principal): Promise<AccessKeyResource> {
    return this.keys.revoke(id, caller);
  }
}
