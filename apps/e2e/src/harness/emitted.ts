import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';

const SILENCE_MS = 1_000;

/** What a fleet has told of itself so far, as it stands in the observatory's file and in its log files. */
export interface Emitted {
  readonly documents: readonly string[];
  readonly logLines: readonly string[];
}

function query(state: string, sql: string): Record<string, unknown>[] {
  const file = new DatabaseSync(join(state, 'observatory', 'observatory.sqlite'), { timeout: 5_000 });
  try {
    return file.prepare(sql).all();
  } finally {
    file.close();
  }
}

export async function emittedBy(state: string): Promise<Emitted> {
  const folder = join(state, 'logs');
  const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')));
  return {
    documents: query(state, 'SELECT document FROM documents').map(({ document }) => String(document)),
    logLines: [
      ...query(state, 'SELECT message FROM log_events').map(({ message }) => String(message)),
      ...files.flatMap((text) => text.split('\n')),
    ],
  };
}

/** Resolves when nothing has come for a second: what is under way has been told. */
export async function untilSilent(state: string, ms = 30_000): Promise<void> {
  const deadline = Date.now() + ms;
  let count = documentCount(state);
  for (let since = Date.now(); Date.now() - since < SILENCE_MS && Date.now() < deadline;) {
    await sleep(100);
    const now = documentCount(state);
    if (now !== count) since = Date.now();
    count = now;
  }
}

/** How many documents the observatory has taken so far. */
export const documentCount = (state: string): number =>
  Number(query(state, 'SELECT count(*) AS count FROM documents')[0]?.['count']);
