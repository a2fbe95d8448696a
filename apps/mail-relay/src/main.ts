import { join } from 'node:path';
import { drawLatency, LatencyRange, readConfig, runService } from '@throughline/service';
import { z } from 'zod';
import { createApp } from './app.ts';
import { openMailbox } from './mailbox.ts';

const settings = () =>
  readConfig({
    STATE_DIR: z.string().default('.throughline/mail-relay'),
    MAILBOX: z.string().optional(),
    SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
    MAIL_FROM: z.string().default('Throughline Tickets <tickets@throughline.example>'),
    MAIL_LATENCY_MS: LatencyRange.default({ min: 5, max: 25 }),
  });

await runService('mail-relay', settings, async (config, { log }) => {
  const { STATE_DIR, MAILBOX = join(STATE_DIR, 'mailbox'), SMTP_URL, MAIL_FROM, MAIL_LATENCY_MS } = config;
  const mailbox = await openMailbox(MAILBOX);
  const smtp = SMTP_URL ? (await import('./smtp.ts')).openSmtp(SMTP_URL) : undefined;
  const latency = (): number => drawLatency(MAIL_LATENCY_MS);
  return createApp({ mailbox, smtp, from: MAIL_FROM, latency, now: () => new Date(), log });
});
