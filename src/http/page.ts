import { isWireTime, type WireTime } from '../database/timestamp.js';
import { DomainError } from '../errors/domain-error.js';
import { isUuid } from './uuid.js';
import { Described, TextField, ListField } from './fields.js';
import { OneOf, Optional, StorableText, QueryNumber } from './validators.js';

export type Order = 'asc' | 'desc';

/** The query parameters of every list. */
export class PageQuery {
  @Described('50 where none is given.')
  @Optional()
  @QueryNumber({ min: 1, max: 100 })
  page_size?: number;

  @Described('The `next_page_token` of the page before.')
  @Optional()
  @StorableText({ max: 100 })
  page_token?: string;

  @Described('By time of creation; messages come oldest first by default, all else newest first.')
  @Optional()
  @OneOf('asc', 'desc')
  order?: Order;
}

/** One page of a list. */
export interface Page<Item> {
  result: Item[];
  /** Where the next page starts; `""` when this page is empty. */
  next_page_token: string;
}

/** The class of one page of these, as the documents need it. */
export function PageOf<Item extends object>(item: new () => Item): new () => Page<Item> {
  class ItemPage implements Page<Item> {
    @ListField(() => item)
    result: Item[];

    @TextField({
      description: 'Where the next page starts; `""` when this page is empty.',
      example: '2024-01-17 10:30:00.000000',
    })
    next_page_token: string;
  }
  // The documents name a schema by its class.
  Object.defineProperty(ItemPage, 'name', { value: item.name.replace(/Resource$/, 'Page') });
  return ItemPage;
}

/** Where a page starts: after this time, or after this very item where several have the same time. */
interface PageStart {
  time: WireTime;
  id?: string;
}

/** What a list query needs to know. */
export interface PageRequest {
  size: number;
  order: Order;
  start?: PageStart;
}

const DEFAULT_SIZE = 50;

/** @throws DomainError `invalid_request` for a token that no list gave out */
export function pageRequest({ page_size, page_token, order }: PageQuery, defaultOrder: Order): PageRequest {
  return {
    size: page_size ?? DEFAULT_SIZE,
    order: order ?? defaultOrder,
    start: page_token ? parseToken(page_token) : undefined,
  };
}

function parseToken(token: string): PageStart {
  const [time = '', id, ...rest] = token.split(',');
  if (!isWireTime(time) || (id !== undefined && !isUuid(id)) || rest.length > 0) {
    throw DomainError.invalid('page_token', 'must be the next_page_token of a page before');
  }
  return { time, id };
}

/** SQL for the time and the id of a page's start or of a row. */
interface Place {
  time: string;
  id: string;
}

/** SQL that is true of the rows beyond the start. Both columns are needed, since times alone need not be unique. */
export function beyondStart({ order, start }: PageRequest, row: Place, given: Place): string {
  const beyond = order === 'asc' ? '>' : '<';
  return start?.id
    ? `(${row.time}, ${row.id}) ${beyond} (${given.time}, ${given.id})`
    : `${row.time} ${beyond} ${given.time}`;
}

/** SQL that keeps what comes after the start and sorts it; `$1` is the start's time, `$2` its id. */
export function pageSql(page: PageRequest, time: string, id: string): { after: string; orderBy: string } {
  const orderBy = `ORDER BY ${time} ${page.order}, ${id} ${page.order}`;
  if (!page.start) return { after: '$1::text IS NULL AND $2::text IS NULL', orderBy };
  const after = beyondStart(page, { time, id }, { time: `($1 || '+00')::timestamptz`, id: '$2::uuid' });
  return { after: page.start.id ? after : `${after} AND $2::text IS NULL`, orderBy };
}

export const pageValues = ({ start }: PageRequest): [string | null, string | null] => [
  start?.time ?? null,
  start?.id ?? null,
];

interface Listed {
  id: string;
  tm_create: WireTime;
}

/**
 * Makes a page of rows that were queried with a limit of one more than its size. The token is the
 * last item's time; its id comes along only where the next item has the same time.
 */
export function toPage<Row extends Listed, Item>(
  rows: Row[],
  size: number,
  present: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  if (!last) return { result: [], next_page_token: '' };
  const isShared = rows[size]?.tm_create === last.tm_create;
  return {
    result: shown.map(present),
    next_page_token: isShared ? `${last.tm_create},${last.id}` : last.tm_create,
  };
}
