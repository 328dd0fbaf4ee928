import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Access keys, idempotency keys, and the one `directory` stream that tells replicas of revocations. */
export class KeysAndIdempotency1760100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE access_keys (
        id uuid PRIMARY KEY,
        customer_id uuid NOT NULL,
        agent_id uuid NOT NULL,
        name text NOT NULL,
        token_prefix text NOT NULL,
        token_hash bytea NOT NULL,
        tm_expire timestamptz,
        tm_create timestamptz NOT NULL,
        tm_update timestamptz NOT NULL,
        tm_delete timestamptz,
        CONSTRAINT access_keys_token_hash_key UNIQUE (token_hash)
      );
      CREATE INDEX access_keys_agent_idx ON access_keys (agent_id, tm_create, id);

      CREATE TABLE idempotency (
        agent_id uuid NOT NULL,
        key text NOT NULL,
        fingerprint bytea NOT NULL,
        resource_id uuid NOT NULL,
        tm_create timestamptz NOT NULL,
        CONSTRAINT idempotency_pkey PRIMARY KEY (agent_id, key)
      );
      CREATE INDEX idempotency_time_idx ON idempotency (tm_create);

      ALTER TABLE messages ADD COLUMN client_message_id text;

      INSERT INTO streams (kind, id) VALUES ('directory', '00000000-0000-0000-0000-000000000000');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DELETE FROM streams WHERE kind = 'directory';
      DELETE FROM events WHERE kind = 'directory';
      ALTER TABLE messages DROP COLUMN client_message_id;
      DROP TABLE access_keys, idempotency;
    `);
  }
}
