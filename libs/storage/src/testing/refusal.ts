import { expect } from 'vitest';
import type { StorageErrorCode } from '../storage-error.ts';

/** What a test expects to be thrown: a StorageError with this code whose text has these words. */
export const refusal = (code: StorageErrorCode, ...words: string[]): unknown =>
  expect.objectContaining({
    name: 'StorageError',
    code,
    message: expect.stringMatching(
      new RegExp(words.map((word) => `(?=.*${escaped(word)})`).join('')),
    ) as string,
  });

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
