import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { demoCommand } from './demo.ts';
import { exitCodes, explain } from './exit.ts';
import { followCommand } from './follow.ts';
import { upCommand } from './up.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

const program = new Command('throughline')
  .description('One request, a dozen services, one trace: an observability workshop in a box.')
  .version(version)
  .addCommand(upCommand())
  .addCommand(demoCommand())
  .addCommand(followCommand());

for (const command of [program, ...program.commands]) command.exitOverride().showHelpAfterError('(see --help)');

// A terminal that was closed takes no more lines; what is to be stopped is stopped all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
// The launcher of bin/throughline.js was killed: whoever started us is gone.
if (process.env['THROUGHLINE_LAUNCHER'] && process.channel) {
  process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}

try {
  await program.parseAsync();
  process.exitCode ??= exitCodes.done;
} catch (error) {
  process.exitCode = explain(error);
}
process.exit();
