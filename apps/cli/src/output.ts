/** A line of the command's answer. */
export const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** A line beside the answer: progress, errors. */
export const tell = (line: string): void => void process.stderr.write(`${line}\n`);
