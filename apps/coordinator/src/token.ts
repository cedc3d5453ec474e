import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new secret for workers: 128 bits. */
export const makeToken = (): string => randomBytes(16).toString('hex');

/** Whether `given` is the secret, in a time that says nothing about either. */
export function isToken(given: string | undefined, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given ?? ''), digest(secret)) && given !== undefined;
}
