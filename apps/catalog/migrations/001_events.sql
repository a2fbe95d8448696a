CREATE TABLE events (
  id        text PRIMARY KEY,
  title     text NOT NULL,
  starts_at timestamptz NOT NULL,
  venue     jsonb NOT NULL
);

CREATE TABLE sections (
  event_id      text NOT NULL REFERENCES events,
  section       text NOT NULL,
  name          text NOT NULL,
  price_cents   integer NOT NULL CHECK (price_cents >= 0),
  rows          integer NOT NULL CHECK (rows > 0),
  seats_per_row integer NOT NULL CHECK (seats_per_row > 0),
  PRIMARY KEY (event_id, section)
);

CREATE INDEX events_by_start ON events (starts_at, id);
