/** Process that makes tables and queues and ends: the memory of the AWS clients ends with it. */
import { initAws } from './init-aws.ts';
import type { AwsStores } from './init-aws-apart.ts';

const { env, tables, queues } = JSON.parse(process.env['AWS_STORES'] ?? '{}') as AwsStores;
await initAws(env, tables, queues);
