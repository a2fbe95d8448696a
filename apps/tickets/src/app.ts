import { createService } from '@throughline/service';
import type { Logger } from '@throughline/telemetry';
import type { Express } from 'express';

/** Works from its queue; over HTTP it only says that it lives. */
export const createApp = ({ log }: { log: Logger }): Express => createService({ api: {}, handlers: {}, log });
