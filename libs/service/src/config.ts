import { z } from 'zod';

/** The settings could not be used: which variable, and why. The process ends with exit code 2. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const everyService = {
  PORT: z.coerce.number().int().min(0).max(65_535),
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** `off` keeps log lines on stdout alone. */
  CLOUDWATCH_LOGS: z.enum(['on', 'off']).default('on'),
};

type EveryService = z.output<z.ZodObject<typeof everyService>>;

/**
 * Reads and checks the environment: the settings that every service has, and the given ones. An empty variable counts as not
 * set. The error does not repeat the value, which may be a secret.
 */
export function readConfig<S extends z.ZodRawShape>(
  shape: S,
  env = process.env,
): z.output<z.ZodObject<S>> & EveryService {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const result = z.object({ ...everyService, ...shape }).safeParse(given);
  if (result.success) return result.data as z.output<z.ZodObject<S>> & EveryService;
  const [first] = result.error.issues;
  const name = String(first?.path[0]);
  throw new ConfigError(`${name} ${Object.hasOwn(given, name) ? 'cannot be used' : 'is not set'}: ${first?.message}`);
}
