import type { DatabaseSync } from 'node:sqlite';
import { assembleTrace, parseDocument, readParsedDocument, type Trace } from '@throughline/traces';
import { TraceCache } from './trace-cache.ts';
import type { Writer } from './writer.ts';

/** A document as it is kept. Times are epoch microseconds; `last_us` is the latest end of it and all it embeds. */
export interface NewDocument {
  trace_id: string;
  id: string;
  start_us: number;
  end_us?: number;
  last_us: number;
  text: string;
}

export interface StoredDocument {
  id: string;
  text: string;
}

/** Where a trace stands in time, by all that ever came of it; `revision` grows with every document that changes it. */
export interface TraceRow {
  trace_id: string;
  start_us: number;
  end_us: number;
  revision: number;
}

/** From where on a listing goes on: the last trace that was looked at. */
export interface Cursor {
  start_us: number;
  trace_id: string;
}

/** Segment documents, as they were sent, and the index of traces over them. */
export class TraceStore {
  readonly #writer: Writer;
  readonly #cache = new TraceCache();
  readonly #sql: ReturnType<typeof statements>;

  constructor(db: DatabaseSync, writer: Writer) {
    this.#writer = writer;
    this.#sql = statements(db);
  }

  /** Resolves once the documents are committed. Of two documents with one id the fuller stands, whatever their order. */
  put(documents: readonly NewDocument[]): Promise<void> {
    return this.#writer.write(() => {
      for (const document of documents) this.#putOne(document);
    });
  }

  #putOne({ trace_id, id, start_us, end_us, last_us, text }: NewDocument): void {
    const { changes } = this.#sql.putDocument.run(trace_id, id, end_us === undefined ? 0 : 1, end_us ?? 0, text);
    if (changes !== 0) this.#sql.putTrace.run(trace_id, start_us, last_us);
    else this.#sql.widenTrace.run(start_us, last_us, trace_id, start_us, last_us);
  }

  /** The documents of one trace in the order of arrival. */
  documents(trace_id: string): StoredDocument[] {
    return this.#sql.documents.all(trace_id) as unknown as StoredDocument[];
  }

  find(trace_id: string): TraceRow | undefined {
    return this.#sql.find.get(trace_id) as unknown as TraceRow | undefined;
  }

  /** The trace as a tree, shared between readers: not to be changed. Undefined when there is none of this id. */
  trace(trace_id: string): Trace | undefined {
    const row = this.find(trace_id);
    if (!row) return undefined;
    const known = this.#cache.get(trace_id, row.revision);
    if (known) return known;
    const parsed = this.documents(trace_id).map(({ text }) => parseDocument(text, Infinity));
    const trace = assembleTrace(parsed.flatMap((result) => (result.ok ? readParsedDocument(result.document) : [])));
    if (trace) this.#cache.set(trace_id, row.revision, trace);
    return trace;
  }

  /** Traces that began in the window, newest first, after the cursor. */
  startedIn(from_us: number, to_us: number, limit: number, after?: Cursor): TraceRow[] {
    const [start, id] = after ? [after.start_us, after.trace_id] : [to_us, '~'];
    return this.#sql.startedIn.all(from_us, start, start, id, limit) as unknown as TraceRow[];
  }

  /** Traces of which any part falls in the window, newest first, after the cursor. */
  activeIn(from_us: number, to_us: number, limit: number, after?: Cursor): TraceRow[] {
    const [start, id] = after ? [after.start_us, after.trace_id] : [to_us, '~'];
    return this.#sql.activeIn.all(start, start, id, from_us, limit) as unknown as TraceRow[];
  }
}

function statements(db: DatabaseSync) {
  return {
    putDocument: db.prepare(`
      INSERT INTO documents (trace_id, id, complete, end_us, document) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (trace_id, id) DO UPDATE
      SET complete = excluded.complete, end_us = excluded.end_us, document = excluded.document
      WHERE (excluded.complete, excluded.end_us, length(excluded.document), excluded.document)
          > (documents.complete, documents.end_us, length(documents.document), documents.document)`),
    putTrace: db.prepare(`
      INSERT INTO traces (trace_id, start_us, end_us, revision) VALUES (?, ?, ?, 1)
      ON CONFLICT (trace_id) DO UPDATE
      SET start_us = min(start_us, excluded.start_us), end_us = max(end_us, excluded.end_us), revision = revision + 1`),
    widenTrace: db.prepare(`
      UPDATE traces SET start_us = min(start_us, ?), end_us = max(end_us, ?)
      WHERE trace_id = ? AND (start_us > ? OR end_us < ?)`),
    documents: db.prepare('SELECT id, document AS text FROM documents WHERE trace_id = ? ORDER BY seq'),
    find: db.prepare('SELECT trace_id, start_us, end_us, revision FROM traces WHERE trace_id = ?'),
    startedIn: db.prepare(`
      SELECT trace_id, start_us, end_us, revision FROM traces
      WHERE start_us >= ? AND start_us <= ? AND (start_us, trace_id) < (?, ?)
      ORDER BY start_us DESC, trace_id DESC LIMIT ?`),
    activeIn: db.prepare(`
      SELECT trace_id, start_us, end_us, revision FROM traces
      WHERE start_us <= ? AND (start_us, trace_id) < (?, ?) AND end_us >= ?
      ORDER BY start_us DESC, trace_id DESC LIMIT ?`),
  };
}
