import { describeBackend } from '../testing/describe-backend.ts';
import { referenceBackend } from './reference-backend.ts';

describeBackend('reference', async () => Promise.resolve(referenceBackend));
