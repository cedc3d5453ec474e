/** The workload for engines with a command line: prints its findings, one JSON object a line. */
import { ownFindings, sharedFindings } from './compute-findings.ts';

for (const finding of [...(await ownFindings()), ...(await sharedFindings())]) {
  console.log(JSON.stringify(finding));
}
