import { execFile } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { postgresBinaries } from './postgres-binaries.ts';
import { commandLine, endProcess } from './processes.ts';
import { giveTo, isReachableByOthers, letThrough, unprivileged } from './unprivileged.ts';

const superuser = 'postgres';

/** How to run a PostgreSQL server, as data: the caller spawns it. It stops fast on SIGINT. */
export interface PostgresCommand {
  readonly command: string;
  readonly args: string[];
  readonly options: { readonly cwd: string; readonly uid?: number; readonly gid?: number };
}

/**
 * Lean in memory, and safe against a kill of the process though not against a power cut: what is committed has reached the
 * operating system, which nobody asks to reach the disk.
 */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '120',
  shared_buffers: '16MB',
  huge_pages: 'off',
  io_method: 'sync',
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '128MB',
  autovacuum_max_workers: '1',
  max_logical_replication_workers: '0',
  max_parallel_workers: '0',
  jit: 'off',
  scram_iterations: '1',
  timezone: 'UTC',
  log_checkpoints: 'off',
} as const;

const initdbFlags = ['--no-locale', '-E', 'UTF8', '--no-sync', '--wal-segsize=1', '--set', 'scram_iterations=1'];

/**
 * Makes the data directory unless it is there, and ends a server that a killed process left running on it.
 * `secret` is the superuser's password, of which the roles' passwords are derived.
 */
export async function preparePostgres(dataDir: string, secret: string): Promise<void> {
  await endOrphan(dataDir);
  if (existsSync(join(dataDir, 'PG_VERSION'))) return;
  const making = `${dataDir}.new`;
  const passwordFile = `${dataDir}.password`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile, secret, { mode: 0o600 });
  const identity = unprivileged();
  if (identity) {
    giveTo(identity, making);
    chownSync(passwordFile, identity.uid, identity.gid);
  }
  const identityArgs = ['-U', superuser, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const args = ['-D', making, ...identityArgs, ...initdbFlags];
  try {
    await promisify(execFile)(join(postgresBinaries(), 'initdb'), args, { cwd: '/', ...identity });
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string };
    throw new Error(`PostgreSQL could not make its data directory ${dataDir}: ${stderr.trim()}`, { cause });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(making, dataDir);
}

/** The server on that data directory, listening on that port of the loopback interface. */
export function postgresCommand(dataDir: string, port: number): PostgresCommand {
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return {
    command: join(postgresBinaries(), 'postgres'),
    args: ['-D', dataDir, '-p', String(port), ...flags],
    options: { cwd: '/', ...unprivileged() },
  };
}

/** No process has this id: they end at 4194304 on Linux and earlier elsewhere. */
const nobodysPid = 99_999_999;

/**
 * A server that outlived the process that started it is ended. When `postmaster.pid` names an unrelated process, as after a
 * kill and many processes since, or a zombie, PostgreSQL would take it for a living server: the id is replaced. The rest of
 * the file stays, for by it PostgreSQL looks for backends that have outlived their server.
 */
async function endOrphan(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const [first = '', ...rest] = readFileSync(pidFile, 'utf8').split('\n');
  const pid = Number.parseInt(first, 10);
  const found = pid > 0 ? commandLine(pid) : '';
  if (found.includes('postgres') && found.includes(dataDir)) await endProcess(pid, 'SIGINT', 2000);
  if (existsSync(pidFile)) writeFileSync(pidFile, [nobodysPid, ...rest].join('\n'));
}

/** URL for the superuser. */
export const superuserUrl = (port: number, secret: string): string =>
  `postgres://${superuser}:${secret}@127.0.0.1:${port}/postgres`;

/** Password of a service's role: only who can read the secret can know it. */
export const rolePassword = (secret: string, role: string): string =>
  createHmac('sha256', secret).update(role).digest('base64url');

/** URL under which a service opens its own database. */
export const databaseUrl = (port: number, secret: string, service: string): string =>
  `postgres://${service}:${rolePassword(secret, service)}@127.0.0.1:${port}/${service}`;

/** Reads the secret of a state directory, or makes it. A data directory whose secret is gone is of no use and is removed. */
export function postgresSecret(stateDir: string, dataDir: string): string {
  const file = join(stateDir, 'postgres.secret');
  if (existsSync(file)) return readFileSync(file, 'utf8');
  rmSync(dataDir, { recursive: true, force: true });
  const secret = randomBytes(24).toString('base64url');
  mkdirSync(stateDir, { recursive: true });
  writeFileSync(file, secret, { mode: 0o600 });
  return secret;
}

/** Where the data of a state directory belong: inside, unless PostgreSQL's user cannot get there (root's home, for one). */
export function postgresDataDir(stateDir: string): string {
  const inside = join(stateDir, 'postgres');
  if (!unprivileged()) return inside;
  mkdirSync(stateDir, { recursive: true });
  letThrough(stateDir);
  if (isReachableByOthers(inside)) return inside;
  const name = createHash('sha256').update(stateDir).digest('hex').slice(0, 16);
  for (const parent of ['/var/lib', tmpdir()]) {
    const folder = join(parent, 'throughline', name);
    try {
      mkdirSync(folder, { recursive: true, mode: 0o755 });
      return join(folder, 'postgres');
    } catch {
      // The next place is tried.
    }
  }
  throw new Error(
    `PostgreSQL does not run as root, and its user cannot reach ${stateDir}: choose another with --state.`,
  );
}
