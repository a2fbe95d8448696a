import { createService, type Express } from '@throughline/service';
import type { Logger } from '@throughline/telemetry';

/** Works from its queue; over HTTP it only says that it lives. */
export const createApp = ({ log }: { log: Logger }): Express => createService({ api: {}, handlers: {}, log });
