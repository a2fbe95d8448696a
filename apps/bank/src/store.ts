import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Authorisation } from '@throughline/contracts';

interface Opened extends Omit<Authorisation, 'id'> {
  /** The last four digits: no more of a card is kept. */
  readonly last4: string | null;
  readonly refuses_capture: boolean;
}

export interface Books {
  /** Opens an authorisation unless there is one under its reference; returns the one that is there now. */
  open(authorisation: Opened): Authorisation;
  find(reference: string): Authorisation | undefined;
  /** Captures what is authorised, unless the card refuses captures. */
  capture(reference: string): void;
  /** Voids what is authorised, refunds what is captured, closes a reference that was never seen. */
  void(reference: string): Authorisation;
  close(): void;
}

const schema = `
  CREATE TABLE IF NOT EXISTS authorisations (
    reference       TEXT PRIMARY KEY,
    id              TEXT NOT NULL UNIQUE,
    amount_cents    INTEGER NOT NULL CHECK (amount_cents >= 0),
    state           TEXT NOT NULL CHECK (state IN ('authorised', 'captured', 'voided', 'refunded', 'declined')),
    reason          TEXT,
    last4           TEXT CHECK (length(last4) = 4),
    refuses_capture INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`;

/** The bank's books in `bank.sqlite` of a folder, or in memory; what was answered survives a kill of the process. */
export function openBooks(folder?: string): Books {
  if (folder) mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(folder ? join(folder, 'bank.sqlite') : ':memory:', { timeout: 5_000 });
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  database.exec(schema);
  const insert = database.prepare(
    `INSERT INTO authorisations (reference, id, amount_cents, state, reason, last4, refuses_capture)
     VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (reference) DO NOTHING`,
  );
  const select = database.prepare(
    'SELECT id, reference, amount_cents, state, reason FROM authorisations WHERE reference = ?',
  );
  const capture = database.prepare(
    `UPDATE authorisations SET state = 'captured'
     WHERE reference = ? AND state = 'authorised' AND refuses_capture = 0`,
  );
  const letGo = database.prepare(
    `UPDATE authorisations SET state = CASE state WHEN 'authorised' THEN 'voided' ELSE 'refunded' END
     WHERE reference = ? AND state IN ('authorised', 'captured')`,
  );

  const find = (reference: string): Authorisation | undefined => {
    const row = select.get(reference);
    return row && ({ ...row } as unknown as Authorisation);
  };
  const open = ({ reference, amount_cents, state, reason, last4, refuses_capture }: Opened): Authorisation => {
    insert.run(reference, `aut_${randomUUID()}`, amount_cents, state, reason, last4, Number(refuses_capture));
    return find(reference) as Authorisation;
  };
  return {
    open,
    find,
    capture: (reference) => void capture.run(reference),
    void(reference) {
      letGo.run(reference);
      return open({ reference, amount_cents: 0, state: 'voided', reason: null, last4: null, refuses_capture: false });
    },
    close: () => database.close(),
  };
}
