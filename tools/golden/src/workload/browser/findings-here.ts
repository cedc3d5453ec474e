import { ownFindings, sharedFindings } from '../compute-findings.ts';
import type { Finding } from '../findings.ts';

/** Isolation gives a page memory to share; the kernels that need none are tried without it. */
export const findingsHere = (): Promise<Finding[]> =>
  location.pathname.startsWith('/isolated/') ? sharedFindings() : ownFindings();
