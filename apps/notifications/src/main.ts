import { mailRelayApi, TicketIssued } from '@throughline/contracts';
import { httpClient, readConfig, runService } from '@throughline/service';
import { consumeQueue } from '@throughline/service/queue';
import { z } from 'zod';
import { createApp } from './app.ts';
import { notifyBuyer } from './notify-buyer.ts';

const settings = () => readConfig({ MAIL_RELAY_URL: z.url() });

await runService('notifications', settings, async ({ MAIL_RELAY_URL }, { log, onClose }) => {
  const mailRelay = httpClient(mailRelayApi, { name: 'mail-relay', baseUrl: MAIL_RELAY_URL, timeoutMs: 8_000 });
  const handle = (issued: TicketIssued) => notifyBuyer(mailRelay, issued);
  const consumer = await consumeQueue({ queue: 'ticket-issued', schema: TicketIssued, handle, log });
  onClose(() => consumer.close());
  return createApp({ log });
});
