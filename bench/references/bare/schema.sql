CREATE TABLE streams (id uuid PRIMARY KEY);

CREATE TABLE participants (
  chat_id uuid NOT NULL,
  owner_id uuid NOT NULL,
  PRIMARY KEY (chat_id, owner_id)
);
CREATE INDEX ON participants (owner_id);

CREATE TABLE messages (
  id uuid PRIMARY KEY,
  customer_id uuid NOT NULL,
  chat_id uuid NOT NULL,
  seq bigint NOT NULL,
  owner_id uuid NOT NULL,
  text text NOT NULL,
  client_message_id text,
  tm_create timestamp NOT NULL,
  UNIQUE (chat_id, seq)
);

CREATE TABLE reactions (
  message_id uuid NOT NULL,
  owner_id uuid NOT NULL,
  emoji text NOT NULL,
  tm_create timestamp NOT NULL,
  PRIMARY KEY (message_id, owner_id, emoji)
);

CREATE TABLE events (
  stream_id uuid NOT NULL,
  seq bigint NOT NULL,
  type text NOT NULL,
  payload json NOT NULL,
  tm_create timestamp NOT NULL,
  PRIMARY KEY (stream_id, seq)
);
