/** The Web Worker of the page. */
import { findingsHere } from './findings-here.ts';

// WebKitGTK 2.50 compiles WebAssembly on another thread and does not wake the Web Worker when it is done; its next event does.
const awake = setInterval(() => undefined, 10);
const findings = await findingsHere();
clearInterval(awake);
postMessage(findings);
