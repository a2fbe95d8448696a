/** An error that an AWS API answers with: its shape's name, its HTTP status, its message. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

/**
 * What an operation answers when it threw what it did not mean to. A file that cannot be written now (a full disk, a read-only
 * file) is told as throttling, which every client tries again; anything else is a mistake of ours and goes to stderr too.
 */
export function unexpectedError(error: unknown): AwsError {
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ERR_SQLITE_ERROR') {
    return new AwsError('ThrottlingException', 'The observatory cannot do this now; try again.');
  }
  process.stderr.write(`${JSON.stringify({ event: 'internal_error', error: String(error) })}\n`);
  return new AwsError('InternalFailure', 'The observatory failed to do this.', 500);
}
