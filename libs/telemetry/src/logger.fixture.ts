import { createLogger } from './logger.ts';

// A service that logs whenever it is told to on its standard input, and says on standard error that it goes on.
const { log } = createLogger({ service: 'seats', cloudwatch: false });
process.stdin.on('data', (told) => {
  log.info({ told: String(told).trim() }, 'told');
  process.stderr.write('goes on\n');
});
