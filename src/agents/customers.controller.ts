import { Controller, Get, Query } from '@nestjs/common';
import { Caller } from '../auth/caller.decorator.js';
import type { Principal } from '../auth/principal.js';
import { Answers } from '../http/answers.decorator.js';
import { PageOf, PageQuery, pageRequest, toPage, type Page } from '../http/page.js';
import { AgentsRepository } from './agents.repository.js';
import { presentCustomer, CustomerResource } from './customer.presenter.js';

@Controller('customers')
export class CustomersController {
  constructor(private readonly agents: AgentsRepository) {}

  /** The caller's own, so a list of one. */
  @Get()
  @Answers('My own customer', PageOf(CustomerResource))
  async list(@Query() query: PageQuery, @Caller() caller: Principal): Promise<Page<CustomerResource>> {
    const page = pageRequest(query, 'desc');
    return toPage(await this.agents.listCustomer(caller.customerId, page), page.size, presentCustomer);
  }
}
