/** A process that starts a thread and ends it, or itself, at once. */
import { NativeThread } from '../native-thread.ts';
import type { SlowLoading } from './loading-thread.ts';

const [script, file, how] = process.argv.slice(2);
const thread = new NativeThread(new URL(script!), { file: file!, millis: 100 } satisfies SlowLoading);
thread.worker.on('message', () => process.exit(3));
if (how === 'exit') process.exit(7);
else thread.end();
