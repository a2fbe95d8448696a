CREATE TABLE tickets (
  order_id  uuid NOT NULL,
  seat_id   text NOT NULL,
  code      text NOT NULL UNIQUE,
  pdf       bytea NOT NULL,
  issued_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (order_id, seat_id)
);
