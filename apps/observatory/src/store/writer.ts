import type { DatabaseSync } from 'node:sqlite';

interface Job {
  run: () => unknown;
  resolve: (value: unknown) => void;
  reject: (reason: unknown) => void;
}

/**
 * The one writer. Jobs that arrive together share a transaction; a job's promise settles after its transaction is committed, so
 * what was acknowledged is in the file. A job that throws is undone alone.
 */
export class Writer {
  readonly #db: DatabaseSync;
  #waiting: Job[] = [];
  #scheduled = false;

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  write<T>(run: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#waiting.push({ run, resolve: resolve as (value: unknown) => void, reject });
    if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => this.flush());
    }
    return promise;
  }

  /** Commits what waits, at once. */
  flush(): void {
    this.#scheduled = false;
    const jobs = this.#waiting;
    this.#waiting = [];
    if (jobs.length === 0) return;
    const settle: (() => void)[] = [];
    try {
      this.#db.exec('BEGIN IMMEDIATE');
      for (const job of jobs) settle.push(this.#attempt(job));
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      for (const job of jobs) job.reject(error);
      return;
    }
    for (const done of settle) done();
  }

  #attempt(job: Job): () => void {
    this.#db.exec('SAVEPOINT job');
    try {
      const value = job.run();
      this.#db.exec('RELEASE job');
      return () => job.resolve(value);
    } catch (error) {
      this.#db.exec('ROLLBACK TO job');
      this.#db.exec('RELEASE job');
      return () => job.reject(error);
    }
  }
}
