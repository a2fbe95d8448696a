import { PartFailed } from '@throughline/local';
import { CommanderError } from 'commander';
import { tell } from './output.ts';

/** What a command's end means to the shell. */
export const exitCodes = { done: 0, no: 1, usage: 2 } as const;

/** Says why a command did not do its work, for people and without a stack, and gives the exit code. */
export function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof PartFailed) {
    tell(`\n${error.message}. Its last lines:`);
    tell(error.log.length > 0 ? error.log.map((line) => `  ${line}`).join('\n') : '  (it wrote none)');
  } else {
    tell(`throughline: ${error instanceof Error ? error.message : String(error)}`);
  }
  return exitCodes.no;
}
