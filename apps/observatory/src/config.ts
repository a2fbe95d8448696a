import { z } from 'zod';
import { DEFAULT_IDENTITY } from './aws/identity.ts';

const port = z.coerce.number().int().min(0).max(65_535);

const schema = z.object({
  PORT: port.default(4318),
  DAEMON_PORT: port.default(2000),
  HOST: z.string().min(1).default('127.0.0.1'),
  STATE_DIR: z.string().min(1),
  SAMPLING: z.enum(['all', 'aws']).default('all'),
  ACCOUNT: z
    .string()
    .regex(/^\d{12}$/)
    .default(DEFAULT_IDENTITY.account),
  REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/)
    .default(DEFAULT_IDENTITY.region),
});

const REMEDIES: Record<string, string> = {
  PORT: 'set PORT to a port from 0 to 65535, e.g. 4318',
  DAEMON_PORT: 'set DAEMON_PORT to a port from 1 to 65535, e.g. 2000, or to 0 to switch the daemon off',
  HOST: 'set HOST to the address to listen on, e.g. 127.0.0.1',
  STATE_DIR: 'set STATE_DIR to the directory for the observatory.sqlite file',
  SAMPLING: 'set SAMPLING to all (every request) or aws (one a second and 5 % of the rest)',
  ACCOUNT: 'set ACCOUNT to an account id of 12 digits, e.g. 123456789012',
  REGION: 'set REGION to the name of a region, e.g. eu-west-1',
};

export type Config = z.infer<typeof schema>;

/** Reads the settings. Throws one Error that names each wrong variable and its remedy. */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const names = new Set(result.error.issues.map((issue) => String(issue.path[0])));
  throw new Error([...names].map((name) => `${name}: ${REMEDIES[name]}.`).join('\n'));
}
