CREATE TABLE seats (
  event_id   text NOT NULL,
  seat_id    text NOT NULL,
  section    text NOT NULL,
  row        integer NOT NULL,
  number     integer NOT NULL,
  status     text NOT NULL DEFAULT 'free' CHECK (status IN ('free', 'held', 'sold')),
  hold_id    uuid,
  -- A held seat whose hold has run out is free, swept or not.
  held_until timestamptz,
  PRIMARY KEY (event_id, seat_id),
  CHECK ((status = 'free') = (hold_id IS NULL)),
  CHECK ((status = 'held') = (held_until IS NOT NULL))
);

CREATE INDEX seats_by_place ON seats (event_id, section, row, number) WHERE status <> 'sold';
CREATE INDEX seats_by_expiry ON seats (held_until) WHERE status = 'held';

CREATE TABLE holds (
  hold_id     uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  event_id    text NOT NULL,
  account_id  text NOT NULL,
  seat_ids    text[] NOT NULL,
  expires_at  timestamptz NOT NULL,
  status      text NOT NULL DEFAULT 'held' CHECK (status IN ('held', 'sold', 'released')),
  purchase_id uuid,
  CHECK ((status = 'sold') = (purchase_id IS NOT NULL))
);
