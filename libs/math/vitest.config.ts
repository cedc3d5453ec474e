import { mergeConfig } from 'vitest/config';
import shared from '../../vitest.shared.ts';

// Tests here add kinds of their own, or change what all files of a process share: each file has modules of its own.
export default mergeConfig(shared, { test: { isolate: true } });
