import { Injectable } from '@nestjs/common';
import { newId } from '../http/uuid.js';
import { Passwords } from '../auth/passwords.js';
import { isAdmin, type Principal } from '../auth/principal.js';
import { DomainError } from '../errors/domain-error.js';
import { EventLog } from '../events/event-log.js';
import type { StreamTransaction } from '../events/stream-transaction.js';
import { agentStream, DIRECTORY_STREAM, type StreamKey } from '../events/stream.js';
import { PageQuery, pageRequest, toPage, type Page } from '../http/page.js';
import { CreateAgentDto, UpdateAgentDto } from './agent.dto.js';
import type { Agent } from './agent.entity.js';
import { presentAgent, type AgentResource } from './agent.presenter.js';
import { AgentsRepository, type AgentRow } from './agents.repository.js';
import { Departures } from './departures.js';

/** The agents of a customer, and what admins do with them. */
@Injectable()
export class AgentsService {
  constructor(
    private readonly log: EventLog,
    private readonly agents: AgentsRepository,
    private readonly departures: Departures,
    private readonly passwords: Passwords,
  ) {}

  async list(query: PageQuery, caller: Principal): Promise<Page<AgentResource>> {
    const page = pageRequest(query, 'desc');
    return toPage(await this.agents.listOf(caller.customerId, page), page.size, presentAgent);
  }

  async get(id: string, caller: Principal): Promise<AgentResource> {
    return presentAgent(requireAgent(await this.agents.findFull(id), caller));
  }

  /** With the role that the caller acts in, which a claim may have given. */
  async me(caller: Principal): Promise<AgentResource> {
    return { ...(await this.get(caller.agentId, caller)), role: caller.role };
  }

  async create(dto: CreateAgentDto, caller: Principal): Promise<AgentResource> {
    requireAdmin(caller);
    const { id = newId(), password, ...agent } = dto;
    const passwordHash = await this.passwords.hash(password, caller.agentId);
    return this.log.write([], async (transaction) => {
      const made = await this.agents.insertAgent(transaction, {
        ...agent,
        id,
        passwordHash,
        name: agent.name ?? '',
        customerId: caller.customerId,
      });
      if (!made) throw new DomainError('agent_exists', 'An agent has this id already.');
      return presentAgent(requireAgent(await this.agents.findFull(id, transaction), caller));
    });
  }

  /** Whoever is disabled, or has another role or password, is asked again who it is, on every socket. */
  async update(id: string, dto: UpdateAgentDto, caller: Principal): Promise<AgentResource> {
    requireAdmin(caller);
    const passwordHash = dto.password && (await this.passwords.hash(dto.password, caller.agentId));
    return this.log.write([DIRECTORY_STREAM], async (transaction) => {
      const agent = requireAgent(await this.agents.findFull(id, transaction), caller);
      const updated = await this.agents.update(transaction, id, { ...dto, passwordHash });
      if (isAskedAgain(agent, updated)) announceChange(transaction, id);
      return presentAgent(updated);
    });
  }

  /** Takes the agent out of all its talks first; of very many in several transactions. */
  async delete(id: string, caller: Principal): Promise<AgentResource> {
    requireAdmin(caller);
    requireAgent(await this.agents.findFull(id), caller);
    for (;;) {
      const talks = await this.departures.streamsOf(id);
      const deleted = await this.log.write([agentStream(id), ...talks, DIRECTORY_STREAM], (transaction) =>
        this.deleteStep(transaction, id, talks, caller),
      );
      if (deleted) return presentAgent(deleted);
    }
  }

  private async deleteStep(
    transaction: StreamTransaction,
    id: string,
    talks: StreamKey[],
    caller: Principal,
  ): Promise<Agent | undefined> {
    requireAgent(await this.agents.findFull(id, transaction), caller);
    const agent = (await this.agents.find(id, transaction)) as AgentRow;
    if (!(await this.departures.leave(transaction, talks, agent, caller.agentId))) return undefined;
    announceChange(transaction, id);
    return this.agents.markDeleted(transaction, id);
  }
}

function requireAdmin(caller: Principal): void {
  if (!isAdmin(caller)) throw new DomainError('not_admin', 'Only an admin may do this.');
}

function requireAgent(agent: Agent | undefined, { customerId }: Principal): Agent {
  if (!agent || agent.tm_delete || agent.customer_id !== customerId) {
    throw new DomainError('agent_not_found', 'There is no such agent.');
  }
  return agent;
}

const isAskedAgain = (before: Agent, after: Agent): boolean =>
  before.status !== after.status ||
  before.role !== after.role ||
  before.password_hash !== after.password_hash;

const announceChange = (transaction: StreamTransaction, agentId: string): void =>
  transaction.stream(DIRECTORY_STREAM).append('agent_changed', { agent_id: agentId });
