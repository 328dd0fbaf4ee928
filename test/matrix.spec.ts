import { randomUUID } from 'node:crypto';
import { Api, type Answer } from './support/api.js';
import { add, createTalk, ok, participantOf, remove, send } from './support/builders.js';
import { EXPECTATIONS, ROLES, type Expectation, type Role } from './support/matrix.js';
import { World, type TestAgent } from './support/world.js';

/** One talk, and everybody that stands in some relation to it. */
interface Scene {
  agents: Record<Exclude<Role, 'nobody' | 'bad token'>, TestAgent>;
  ids: Record<string, string>;
}

let world: World;
let other: TestAgent;
beforeAll(async () => {
  world = await World.create();
  other = await world.agent('Other');
});
afterAll(() => world.close());

async function createScene(): Promise<Scene> {
  const [creator, participant, former, outsider] = await world.agents('Creator', 'P', 'Former', 'Outsider');
  const foreign = await world.agent('Foreign', { customerId: randomUUID() });
  const admin = await world.agent('Admin', { role: 'admin' });
  const talk = await createTalk(creator, [participant], { type: 'group' });
  await add(creator, talk, former);
  await remove(creator, talk, former);
  const message = await send(participant, talk, 'of the participant');
  const key = await ok<{ id: string }>(participant.api().post('/accesskeys', { name: 'key' }));
  return {
    agents: { foreign, outsider, former, participant, creator, admin },
    ids: {
      talk: talk.id,
      message: message.id,
      agent: participant.id,
      key: key.id,
      participant_id: (await participantOf(creator, talk, participant)).id,
      other: other.id,
      unique: `user-${randomUUID()}`,
      emoji: encodeURIComponent('🎉'),
    },
  };
}

/** What `{id}` means in a path. */
function idOf(path: string, ids: Scene['ids']): string {
  if (path.includes('messages/{id}')) return ids.message ?? '';
  if (path.includes('agents/{id}')) return ids.agent ?? '';
  return (path.includes('accesskeys') ? ids.key : ids.talk) ?? '';
}

function call(
  route: string,
  { body, query = '' }: Expectation,
  ids: Scene['ids'],
  token?: string,
): Promise<Answer> {
  const fill = (text: string): string => text.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? name);
  const [method = '', path = ''] = route.split(' ');
  const url = fill(path.replace('{id}', idOf(path, ids))) + query;
  return new Api(world.replica(0).url, token).call(method, url, body && fill(JSON.stringify(body)));
}

const tokenOf = (role: Role, { agents }: Scene): string | undefined => {
  if (role === 'nobody') return undefined;
  return role === 'bad token' ? 'not.a.token' : agents[role].token;
};

function expectedStatus(role: Role, { statuses, isPublic }: Expectation): number {
  if (role === 'nobody' || role === 'bad token') return isPublic ? statuses.outsider : 401;
  return statuses[role];
}

it('has an expectation for every route there is, and for none that is not', async () => {
  const document = (await (await fetch(`${world.replica(0).url}/openapi.json`)).json()) as {
    paths: Record<string, object>;
  };
  const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(routes.toSorted()).toEqual(Object.keys(EXPECTATIONS).toSorted());
});

describe.each(Object.keys(EXPECTATIONS))('%s', (route) => {
  const expectation = EXPECTATIONS[route] as Expectation;

  it('answers everybody with the status of the contract', async () => {
    const statuses = await Promise.all(
      ROLES.map(async (role) => {
        const scene = await createScene();
        return [role, (await call(route, expectation, scene.ids, tokenOf(role, scene))).status];
      }),
    );
    expect(Object.fromEntries(statuses)).toEqual(
      Object.fromEntries(ROLES.map((role) => [role, expectedStatus(role, expectation)])),
    );
  });

  it("shows another customer's things exactly as absent ones", async () => {
    const { agents, ids } = await createScene();
    const absent = Object.fromEntries(Object.keys(ids).map((name) => [name, randomUUID()]));
    const answers = await Promise.all(
      [ids, { ...absent, emoji: ids.emoji ?? '' }].map((given) =>
        call(route, expectation, given, agents.foreign.token),
      ),
    );
    const [theirs, nobodys] = answers.map(seen);
    if (theirs?.status !== 200) expect(theirs).toEqual(nobodys);
  });
});

/** All that a caller could tell two answers apart by. */
function seen({ status, body, headers }: Answer): { status: number; body: object; headers: object } {
  const { request_id: _, ...rest } = body as Record<string, unknown>;
  const own = [...headers].filter(([name]) => !['x-request-id', 'date'].includes(name));
  return { status, body: rest, headers: Object.fromEntries(own) };
}
