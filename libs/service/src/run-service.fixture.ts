import { setTimeout as sleep } from 'node:timers/promises';
import { defineApi } from '@throughline/contracts';
import { readConfig, runService } from '@throughline/service';
import { z } from 'zod';
import { createService } from './create-service.ts';

// A service for the tests of runService: DOES says what is odd about it.
const api = defineApi({
  slow: { method: 'GET', path: '/slow', summary: 'Answers late', status: 200, response: z.object({ ok: z.boolean() }) },
});
const settings = () => readConfig({ DOES: z.enum(['nothing', 'build', 'hang', 'throw', 'crash']).default('nothing') });

await runService('catalog', settings, async ({ DOES }, { log, onClose }) => {
  onClose(async () => {
    log.info({ event: 'closed' }, 'closed');
    if (DOES === 'hang') await new Promise(() => undefined);
    if (DOES === 'throw') throw new Error('cannot close');
  });
  if (DOES === 'build') {
    log.info({ event: 'building' }, 'building');
    await sleep(60_000);
  }
  const slow = async (): Promise<{ ok: boolean }> => {
    log.info({ event: 'taken' }, 'taken');
    if (DOES === 'crash') setTimeout(() => void Promise.reject(new Error('a bug')), 0);
    await sleep(400);
    return { ok: true };
  };
  return createService({ api, handlers: { slow }, log });
});
