/** Everybody that a route may be called by. */
export const ROLES = [
  'nobody',
  'bad token',
  'foreign',
  'outsider',
  'former',
  'participant',
  'creator',
  'admin',
] as const;
export type Role = (typeof ROLES)[number];

/** The status of each role that has a valid token. */
type Statuses = Record<Exclude<Role, 'nobody' | 'bad token'>, number>;

export interface Expectation {
  statuses: Statuses;
  body?: object;
  query?: string;
  /** Nobody has to say who it is. */
  isPublic?: boolean;
}

const everyone = (status: number): Statuses => ({
  foreign: status,
  outsider: status,
  former: status,
  participant: status,
  creator: status,
  admin: status,
});

/** The talk's participants, and admins unless it is said otherwise. */
const inTalk = (others: Partial<Statuses> = {}): Statuses => ({
  ...everyone(403),
  foreign: 404,
  participant: 200,
  creator: 200,
  admin: 200,
  ...others,
});

const participantsOnly = inTalk({ admin: 403 });
/** The message of the matrix is the participant's. */
const authorOnly = inTalk({ creator: 403, admin: 403 });
const adminsOnly: Statuses = { ...everyone(403), admin: 200 };

const MESSAGE: Record<string, Expectation> = {
  'GET ': { statuses: participantsOnly },
  'PUT ': { statuses: authorOnly, body: { text: 'edited' } },
  'DELETE ': { statuses: authorOnly },
  'POST /reactions': { statuses: participantsOnly, body: { emoji: '🎉' } },
  'DELETE /reactions': { statuses: participantsOnly, query: '?emoji=%F0%9F%8E%89' },
  'DELETE /reactions/{emoji}': { statuses: participantsOnly },
};

const TALK: Record<string, Expectation> = {
  'POST ': { statuses: everyone(200), body: { name: 'new' } },
  'GET ': { statuses: everyone(200) },
  'GET /{id}': { statuses: inTalk() },
  'PUT /{id}': { statuses: inTalk(), body: { name: 'renamed' } },
  'DELETE /{id}': { statuses: inTalk({ participant: 403 }) },
  'POST /{id}/close': { statuses: inTalk() },
  'POST /{id}/reopen': { statuses: inTalk() },
  'GET /{id}/participants': { statuses: inTalk() },
  'POST /{id}/participants': { statuses: inTalk(), body: { owner_id: '{other}' } },
  'DELETE /{id}/participants/{participant_id}': { statuses: inTalk() },
};

const AGENT: Record<string, Expectation> = {
  'GET ': { statuses: everyone(200) },
  'POST ': { statuses: adminsOnly, body: { username: '{unique}', password: 'long enough' } },
  'GET /{id}': { statuses: { ...everyone(200), foreign: 404 } },
  'PUT /{id}': { statuses: adminsOnly, body: { name: 'renamed' } },
  'DELETE /{id}': { statuses: adminsOnly },
};

/** The same expectations below another path. */
const under = (path: string, expectations: Record<string, Expectation>): [string, Expectation][] =>
  Object.entries(expectations).map(([call, expectation]) => {
    const [method = '', rest = ''] = call.split(' ');
    return [`${method} ${path}${rest}`, expectation];
  });

/** What the contract says of every route; `{id}` is that of the talk, message, agent or key the path names. */
export const EXPECTATIONS: Record<string, Expectation> = Object.fromEntries([
  ...under('/service_agents/talk_chats', TALK),
  ...under('/talks', TALK),
  ...under('/service_agents/talk_messages/{id}', MESSAGE),
  ...under('/messages/{id}', MESSAGE),
  ...under('/agents', AGENT),
  ...under('/service_agents/agents', AGENT),
  [
    'POST /service_agents/talk_messages',
    { statuses: participantsOnly, body: { chat_id: '{talk}', text: 'hello' } },
  ],
  ['GET /service_agents/talk_messages', { statuses: everyone(200) }],
  ['POST /talks/{id}/messages', { statuses: participantsOnly, body: { text: 'hello' } }],
  ['GET /talks/{id}/messages', { statuses: participantsOnly }],
  ['GET /service_agents/me', { statuses: everyone(200) }],
  ['GET /customers', { statuses: everyone(200) }],
  ['POST /accesskeys', { statuses: everyone(200), body: { name: 'key' } }],
  ['GET /accesskeys', { statuses: everyone(200) }],
  ['DELETE /accesskeys/{id}', { statuses: { ...everyone(404), participant: 200 } }],
  ['GET /livez', { statuses: everyone(200), isPublic: true }],
  ['GET /readyz', { statuses: everyone(200), isPublic: true }],
  [
    'POST /auth/login',
    { statuses: everyone(401), body: { username: 'no', password: 'body' }, isPublic: true },
  ],
]);
