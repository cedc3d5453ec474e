import { createBackend } from '../create-backend.ts';
import { describeBackend } from '../testing/describe-backend.ts';
import { describeSharedMemory } from '../testing/describe-shared-memory.ts';
import { referenceBackend } from './reference-backend.ts';

describeBackend('reference', async () => Promise.resolve(referenceBackend));

describeSharedMemory('reference', async (shared) => (await createBackend('reference', { shared })).backend);
