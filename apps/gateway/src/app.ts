import { gatewayApi, openapi } from '@throughline/contracts';
import { createService, type Express } from '@throughline/service';
import { tracing, type Logger } from '@throughline/telemetry';
import type { Neighbours } from './neighbours.ts';
import { routes } from './routes.ts';
import { withSessions } from './with-sessions.ts';

const description = openapi(gatewayApi, {
  title: 'Throughline',
  version: '0.1.0',
  description: 'A ticket shop: sign in, browse, hold seats, check out.',
});

export const createApp = ({ neighbours, log }: { neighbours: Neighbours; log: Logger }): Express =>
  createService({
    api: gatewayApi,
    handlers: withSessions(gatewayApi, routes(neighbours), neighbours.accounts),
    log,
    extend: (app) =>
      app.get('/openapi.json', (_request, response) => {
        tracing.route('/openapi.json');
        response.json(description);
      }),
  });
