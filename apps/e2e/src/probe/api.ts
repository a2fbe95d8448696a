import { defineApi } from '@throughline/contracts';
import { z } from 'zod';

const Ids = z.object({ trace_id: z.string(), span_id: z.string() }).nullable();

/** What a probe does: it says where in which trace it is, and calls another or sends to a queue. */
export const probeApi = defineApi({
  ids: {
    method: 'POST',
    path: '/ids',
    summary: 'Ids of the current span; null where nothing is traced',
    body: z.object({}),
    status: 200,
    response: z.object({ here: Ids }),
  },
  call: {
    method: 'POST',
    path: '/calls/:callee',
    summary: 'Call another probe',
    params: z.object({ callee: z.string() }),
    body: z.object({}),
    status: 200,
    response: z.object({ here: Ids, there: Ids }),
  },
  send: {
    method: 'POST',
    path: '/messages/:queue',
    summary: 'Send a message to the queue of another probe',
    params: z.object({ queue: z.string() }),
    body: z.object({}),
    status: 200,
    response: z.object({ here: Ids }),
  },
});
