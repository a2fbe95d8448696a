import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface AwsStores {
  readonly env: Readonly<Record<string, string>>;
  readonly tables: readonly string[];
  readonly queues: readonly string[];
}

const main = fileURLToPath(new URL('init-aws-main.ts', import.meta.url));
const deadlineMs = 30_000;

/** Makes tables and queues as `initAws` does, in a process of its own: here, the AWS clients would stay and take 40 MB. */
export async function initAwsApart(stores: AwsStores, env: NodeJS.ProcessEnv): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [main], {
      env: { ...env, AWS_STORES: JSON.stringify(stores) },
      timeout: deadlineMs,
    });
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string };
    throw new Error(`tables and queues could not be made: ${stderr.trim()}`, { cause });
  }
}
