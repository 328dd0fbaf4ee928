import { Body, Controller, Delete, Get, HttpCode, Post, Query } from '@nestjs/common';
import { Answers } from '../../http/answers.decorator.js';
import { PageOf, PageQuery, type Page } from '../../http/page.js';
import { UuidParam } from '../../http/uuid-param.decorator.js';
import { Caller } from '../caller.decorator.js';
import type { Principal } from '../principal.js';
import { CreateAccessKeyDto } from './access-key.dto.js';
import { AccessKeyResource } from './access-key.presenter.js';
import { AccessKeysService } from './access-keys.service.js';

@Controller('accesskeys')
export class AccessKeysController {
  constructor(private readonly keys: AccessKeysService) {}

  @Post()
  @HttpCode(200)
  @Answers('Creates an access key; its token is shown only here', AccessKeyResource, 'access_key_not_allowed')
  create(@Body() dto: CreateAccessKeyDto, @Caller() caller: Principal): Promise<AccessKeyResource> {
    return this.keys.create(dto, caller);
  }

  @Get()
  @Answers('My access keys', PageOf(AccessKeyResource), 'access_key_not_allowed')
  list(@Query() query: PageQuery, @Caller() caller: Principal): Promise<Page<AccessKeyResource>> {
    return this.keys.list(query, caller);
  }

  @Delete(':id')
  @Answers('Revokes an access key', AccessKeyResource, 'access_key_not_allowed', 'access_key_not_found')
  revoke(@UuidParam('id') id: string, @Caller() caller: Principal): Promise<AccessKeyResource> {
    return this.keys.revoke(id, caller);
  }
}
