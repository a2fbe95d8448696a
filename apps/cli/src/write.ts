/** Writes to stdout and waits until it is out, so that an exit cuts nothing off; a reader that went away is no matter. */
export const write = (text: string): Promise<void> =>
  new Promise((resolve) => void process.stdout.write(text, () => resolve()));
