import { randomUUID } from 'node:crypto';
import { access, link, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Delivered mails, each under its id. */
export interface Mailbox {
  has(id: string): Promise<boolean>;
  /** Whether it was not there before. A mail is there as a whole or not at all. */
  add(id: string, message: Buffer): Promise<boolean>;
}

const unlessCode =
  (code: string) =>
  (error: NodeJS.ErrnoException): false => {
    if (error.code === code) return false;
    throw error;
  };

/** A folder of `.eml` files, which mail programs open. */
export async function openMailbox(folder: string): Promise<Mailbox> {
  const unfinished = join(folder, '.unfinished');
  await mkdir(unfinished, { recursive: true });
  const fileOf = (id: string): string => join(folder, `${id}.eml`);
  return {
    has: (id) => access(fileOf(id)).then(() => true, unlessCode('ENOENT')),
    async add(id, message) {
      const file = join(unfinished, randomUUID());
      try {
        await writeFile(file, message, { flush: true });
        // Unlike a rename, a link fails where the name is taken.
        return await link(file, fileOf(id)).then(() => true, unlessCode('EEXIST'));
      } finally {
        await rm(file, { force: true });
      }
    },
  };
}
