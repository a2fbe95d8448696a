export interface FollowOptions {
  /** The newest complete purchase, or the newest trace where there is none, instead of a given id. */
  readonly latest?: boolean;
  readonly json?: boolean;
  /** Base URL of the observatory. */
  readonly observatory?: string;
  /** Added to the observatory's default port. */
  readonly portOffset?: number;
}

/** `throughline follow`: shows one trace. Returns the exit code: 0 shown, 1 not found, 2 used wrongly. */
export async function follow(id: string | undefined, options: FollowOptions): Promise<number> {
  throw new Error(`not yet: ${id} ${JSON.stringify(options)}`);
}
