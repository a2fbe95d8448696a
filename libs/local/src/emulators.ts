/** Process of its own that is DynamoDB and SQS: `node emulators.ts`, with DYNAMODB_PORT, SQS_PORT and STATE_DIR. */
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createDynamoDb } from './dynamodb-emulator.ts';
import { startSqs } from './sqs-emulator.ts';

const { DYNAMODB_PORT = '0', SQS_PORT = '0', STATE_DIR = '.throughline' } = process.env;
mkdirSync(STATE_DIR, { recursive: true });

const dynamodb = await createDynamoDb(join(STATE_DIR, 'dynamodb'));
const [sqs] = await Promise.all([
  startSqs(join(STATE_DIR, 'sqs'), Number(SQS_PORT)),
  new Promise<void>((resolve, reject) => {
    dynamodb.once('error', reject).listen(Number(DYNAMODB_PORT), '127.0.0.1', resolve);
  }),
]);
const { port } = dynamodb.address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ event: 'listening', dynamodb: port, sqs: sqs.port })}\n`);

function stop(): void {
  // Nothing is lost by ending: every answered write is already with the operating system.
  setTimeout(() => process.exit(0), 1000).unref();
  dynamodb.closeAllConnections();
  void Promise.all([sqs.stop(), new Promise((resolve) => dynamodb.close(resolve))]).then(() => process.exit(0));
}
process.once('SIGTERM', stop).once('SIGINT', stop);
