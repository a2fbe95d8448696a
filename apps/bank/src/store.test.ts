import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openBooks } from './store.ts';

describe("the bank's books", () => {
  it('hold what was answered before the process was killed', () => {
    const folder = mkdtempSync(join(tmpdir(), 'throughline-bank-'));
    const script = `
      import { openBooks } from ${JSON.stringify(new URL('store.ts', import.meta.url).href)};
      const books = openBooks(${JSON.stringify(folder)});
      const card = { amount_cents: 5_000, state: 'authorised', reason: null, last4: '4242', refuses_capture: false };
      for (const reference of ['reserved', 'taken']) books.open({ reference, ...card });
      books.capture('taken');
      books.void('closed');
      process.kill(process.pid, 'SIGKILL');`;
    const { signal } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], { timeout: 20_000 });
    assert.equal(signal, 'SIGKILL');
    const books = openBooks(folder);
    const states = ['reserved', 'taken', 'closed'].map((reference) => books.find(reference)?.state);
    assert.deepEqual(states, ['authorised', 'captured', 'voided']);
    books.close();
    rmSync(folder, { recursive: true });
  });
});
