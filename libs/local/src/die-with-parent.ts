/**
 * Given to Node with `--import`: ends this process when the one that started it has ended, however that ended. The parent
 * holds the other end of our standard input and never writes to it.
 */
const end = (): never => process.exit(1);
process.stdin.on('end', end).on('error', end).resume();
if ('unref' in process.stdin && typeof process.stdin.unref === 'function') process.stdin.unref();
