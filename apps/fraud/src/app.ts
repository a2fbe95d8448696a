import { fraudApi } from '@throughline/contracts';
import { createService, type Express } from '@throughline/service';
import type { Logger } from '@throughline/telemetry';
import { generateProfiles } from './profiles.ts';
import { routes, type Neighbours } from './routes.ts';

interface Dependencies extends Omit<Neighbours, 'profiles'> {
  readonly log: Logger;
}

export const createApp = ({ log, ...neighbours }: Dependencies): Express =>
  createService({ api: fraudApi, handlers: routes({ ...neighbours, profiles: generateProfiles() }), log });
