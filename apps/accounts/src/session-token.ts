import { createHash, randomBytes } from 'node:crypto';

/** `ses_` and 192 random bits. */
export const newToken = (): string => `ses_${randomBytes(24).toString('base64url')}`;

/** What is stored of a token: who reads the table cannot use a session. Random tokens need no salt and no slow hash. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');
