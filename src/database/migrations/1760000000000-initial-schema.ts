import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The first schema. There are no foreign keys: rows refer to each other under the lock of their
 * stream and are never hard-deleted while referred to, and a key check on every message would
 * lock the talk's row once more.
 */
export class InitialSchema1760000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE customers (
        id uuid PRIMARY KEY,
        name text NOT NULL DEFAULT '',
        tm_create timestamptz NOT NULL,
        tm_update timestamptz NOT NULL,
        tm_delete timestamptz
      );

      CREATE TABLE agents (
        id uuid PRIMARY KEY,
        customer_id uuid NOT NULL,
        username text,
        password_hash text,
        name text NOT NULL DEFAULT '',
        detail text NOT NULL DEFAULT '',
        role text CONSTRAINT agents_role_check CHECK (role IN ('agent', 'admin')),
        status text NOT NULL DEFAULT 'active'
          CONSTRAINT agents_status_check CHECK (status IN ('active', 'disabled')),
        tm_create timestamptz NOT NULL,
        tm_update timestamptz NOT NULL,
        tm_delete timestamptz
      );
      CREATE UNIQUE INDEX agents_username_key ON agents (username) WHERE tm_delete IS NULL;
      CREATE INDEX agents_customer_idx ON agents (customer_id, tm_create, id);

      CREATE TABLE chats (
        id uuid PRIMARY KEY,
        customer_id uuid NOT NULL,
        type text NOT NULL CONSTRAINT chats_type_check CHECK (type IN ('normal', 'group')),
        name text NOT NULL DEFAULT '',
        detail text NOT NULL DEFAULT '',
        status text NOT NULL DEFAULT 'active'
          CONSTRAINT chats_status_check CHECK (status IN ('active', 'closed')),
        owner_id uuid NOT NULL,
        tm_create timestamptz NOT NULL,
        tm_update timestamptz NOT NULL,
        tm_delete timestamptz
      );

      CREATE TABLE participants (
        id uuid PRIMARY KEY,
        customer_id uuid NOT NULL,
        chat_id uuid NOT NULL,
        owner_type text NOT NULL DEFAULT 'agent',
        owner_id uuid NOT NULL,
        tm_joined timestamptz NOT NULL,
        CONSTRAINT participants_chat_owner_key UNIQUE (chat_id, owner_id)
      );
      CREATE INDEX participants_owner_idx ON participants (owner_id, chat_id);

      CREATE TABLE messages (
        id uuid PRIMARY KEY,
        customer_id uuid NOT NULL,
        chat_id uuid NOT NULL,
        seq bigint NOT NULL,
        owner_type text NOT NULL
          CONSTRAINT messages_owner_type_check CHECK (owner_type IN ('agent', 'system')),
        owner_id uuid NOT NULL,
        parent_id uuid,
        type text NOT NULL CONSTRAINT messages_type_check CHECK (type IN ('normal', 'system')),
        text text NOT NULL,
        medias jsonb NOT NULL DEFAULT '[]',
        system jsonb,
        reply_count integer NOT NULL DEFAULT 0,
        tm_create timestamptz NOT NULL,
        tm_update timestamptz NOT NULL,
        tm_delete timestamptz,
        CONSTRAINT messages_chat_seq_key UNIQUE (chat_id, seq)
      );
      CREATE INDEX messages_chat_time_idx ON messages (chat_id, tm_create);
      CREATE INDEX messages_parent_idx ON messages (parent_id, tm_create) WHERE parent_id IS NOT NULL;

      CREATE TABLE reactions (
        message_id uuid NOT NULL,
        owner_id uuid NOT NULL,
        emoji_key text NOT NULL,
        emoji text NOT NULL,
        tm_create timestamptz NOT NULL,
        CONSTRAINT reactions_pkey PRIMARY KEY (message_id, owner_id, emoji_key)
      );

      CREATE TABLE streams (
        kind text NOT NULL,
        id uuid NOT NULL,
        CONSTRAINT streams_pkey PRIMARY KEY (kind, id)
      );

      CREATE TABLE events (
        kind text NOT NULL,
        stream_id uuid NOT NULL,
        seq bigint NOT NULL,
        type text NOT NULL,
        payload json NOT NULL,
        tm_create timestamptz NOT NULL,
        CONSTRAINT events_pkey PRIMARY KEY (kind, stream_id, seq)
      );
      -- A message's edits, so that deleting it can take its text out of them; a mere send does not pay for it.
      CREATE INDEX events_edits_idx ON events ((payload ->> 'id')) WHERE type = 'message_updated';

      CREATE TABLE epoch (
        single boolean PRIMARY KEY DEFAULT true CHECK (single),
        value uuid NOT NULL
      );
      INSERT INTO epoch (value) VALUES (gen_random_uuid());
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DROP TABLE epoch, events, streams, reactions, messages, participants, chats, agents, customers
    `);
  }
}
