export type { Express, Request } from 'express';
export { ConfigError, readConfig } from './config.ts';
export { createService, type Handler, type Handlers } from './create-service.ts';
export { httpClient } from './http-client.ts';
export { HttpError, isAnswer } from './http-error.ts';
export { drawLatency, LatencyRange } from './latency.ts';
export { retry } from './retry.ts';
export { runService, type RunConfig, type Runtime } from './run-service.ts';
