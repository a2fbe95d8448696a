import type { Tracing } from './types.ts';

/** Tracing switched off: everything runs, nothing is recorded, no context is passed on. */
export const off: Tracing = {
  mode: 'off',
  ids: () => undefined,
  onRequest: [],
  route: () => undefined,
  annotate: () => undefined,
  fail: () => undefined,
  span: (_name, _attributes, work) => work(),
  statement: (_statement, work) => work(),
  untraced: (work) => work(),
  carrier: () => ({}),
  continued: (_name, _carrier, work) => work(),
  send: (_queue, send) => send({}),
  consume: (_queue, _carrier, work) => work(),
  captureAws: (client) => client,
  shutdown: async () => undefined,
};
