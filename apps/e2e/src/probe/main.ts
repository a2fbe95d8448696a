import { isServiceName, urlVariable } from '@throughline/contracts';
import { createService, httpClient, readConfig, runService } from '@throughline/service';
import { consumeQueue, openSender } from '@throughline/service/queue';
import { tracing } from '@throughline/telemetry';
import { z } from 'zod';
import { probeApi } from './api.ts';

const settings = () => readConfig({ SERVICE: z.string(), QUEUE: z.string().optional() });
const here = () => tracing.ids() ?? null;

function client(name: string) {
  const baseUrl = isServiceName(name) ? process.env[urlVariable(name)] : undefined;
  if (!baseUrl) throw new Error(`no URL of ${name} is known`);
  return httpClient(probeApi, { name, baseUrl });
}

// Whoever started this holds the other end of standard input.
process.stdin.on('end', () => process.exit(1)).resume();
const name = process.env['SERVICE'] ?? '';
await runService(name, settings, async ({ QUEUE }, { log, onClose }) => {
  if (QUEUE) {
    const consumer = await consumeQueue({ queue: QUEUE, schema: z.object({}), handle: async () => undefined, log });
    onClose(() => consumer.close());
  }
  return createService({
    api: probeApi,
    log,
    handlers: {
      ids: async () => ({ here: here() }),
      async call({ params }) {
        const { here: there } = await client(params.callee).ids({ body: {} });
        return { here: here(), there };
      },
      async send({ params }) {
        const send = await openSender(params.queue);
        await send({});
        return { here: here() };
      },
    },
  });
});
