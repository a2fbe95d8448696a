export interface HttpErrorOptions {
  readonly cause?: unknown;
  /** Shown to the caller beside the message. */
  readonly details?: unknown;
}

/** An answer that is not success: thrown anywhere, rendered in one place. `code` is for programs, the message for people. */
export class HttpError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: unknown;

  constructor(status: number, code: string, message: string, { cause, details }: HttpErrorOptions = {}) {
    super(message, { cause });
    this.name = 'HttpError';
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** Whether an error is the answer with this code, as in `isAnswer(error, 'seat_taken')`. */
export const isAnswer = (error: unknown, ...codes: string[]): error is HttpError =>
  error instanceof HttpError && codes.includes(error.code);
