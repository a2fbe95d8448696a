import { mailRelayApi } from '@throughline/contracts';
import { createService, type Express } from '@throughline/service';
import type { Logger } from '@throughline/telemetry';
import { deliverMail, type Deps } from './deliver-mail.ts';

/** Eight tickets of 20 kB in base64, and their text, with room to spare. */
const MAX_BODY_BYTES = 2_000_000;

export function createApp({ log, ...deps }: Deps & { log: Logger }): Express {
  const deliver = deliverMail(deps);
  const handlers = { send: ({ body }: { body: Parameters<typeof deliver>[0] }) => deliver(body) };
  return createService({ api: mailRelayApi, handlers, log, maxBodyBytes: MAX_BODY_BYTES });
}
