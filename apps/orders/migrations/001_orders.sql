-- A cancelled row without details stands for an order that was cancelled before it came.
CREATE TABLE orders (
  order_id    uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  purchase_id uuid NOT NULL UNIQUE,
  status      text NOT NULL CHECK (status IN ('pending', 'confirmed', 'cancelled')),
  account_id  text,
  email       text,
  event_id    text,
  seat_ids    text[],
  total_cents integer,
  created_at  timestamptz NOT NULL DEFAULT now(),
  CHECK (status = 'cancelled' OR num_nulls(account_id, email, event_id, seat_ids, total_cents) = 0)
);

CREATE INDEX orders_by_account ON orders (account_id, created_at DESC, order_id);

CREATE TABLE outbox (
  id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  order_id     uuid NOT NULL UNIQUE REFERENCES orders,
  message      jsonb NOT NULL,
  carrier      jsonb NOT NULL,
  published_at timestamptz
);

CREATE INDEX outbox_unpublished ON outbox (id) WHERE published_at IS NULL;
