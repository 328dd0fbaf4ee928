import { Redis } from 'ioredis';

/** The process of a Redis server of ours, for tests that have it hang. */
export async function pidOf(url: string): Promise<number> {
  const redis = new Redis(url);
  const info = await redis.info('server');
  redis.disconnect();
  return Number(/process_id:(\d+)/.exec(info)?.[1]);
}
