import type { Answer } from './api.js';
import type { World } from './world.js';

const aProblemType = expect.stringMatching(/^[a-z][a-z0-9+.-]*:\S+$/i) as string;
const someText = expect.stringMatching(/\S/) as string;

/** Matches the contract's problem object; where a path is given, one of its errors has to name it. */
export const aProblem = (status: number, code: string, path?: string): object => ({
  type: aProblemType,
  title: someText,
  status,
  detail: someText,
  code,
  request_id: someText,
  ...(path !== undefined && { errors: expect.arrayContaining([{ path, message: someText }]) as unknown }),
});

/** Expects a refusal over REST, with its headers. */
export function expectProblem(answer: Answer, status: number, code: string, path?: string): void {
  const { headers, body } = answer;
  expect({ status: answer.status, body: body as unknown }).toMatchObject({
    status,
    body: aProblem(status, code, path),
  });
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json\b/);
  expect(body).toMatchObject({ request_id: headers.get('x-request-id') });
  if (status === 401) expect(headers.get('www-authenticate')).toMatch(/^Bearer\b/);
}

/** Expects an ack that refuses its packet. */
export function expectRefusal(ack: unknown, status: number, code: string, path?: string): void {
  expect(ack).toMatchObject({ ok: false, error: aProblem(status, code, path) });
}

/** Expects that a connection was refused, by what its client was told. */
export function expectConnectError(error: unknown, status: number, code: string): void {
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ data: aProblem(status, code) });
}

/** Expects that nothing of what came before has hurt the replica, or is a failure in its own eyes. */
export async function expectUnharmed(world: World): Promise<void> {
  const agent = await world.agent('Late');
  const created = await agent.api().post('/service_agents/talk_chats', {});
  expect(created.status).toBe(200);
  const replica = world.replica(0);
  expect(replica.process.exitCode).toBeNull();
  expect(replica.output()).not.toMatch(/request failed|packet failed|unhandled|uncaught|^\s+at /im);
}
