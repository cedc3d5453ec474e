import type { CoordinatorLaunch } from '@lockstep/config';
import { renderUnicodeCompact } from 'uqr';
import { dashboardLinks, describeCertificate, joinCommands, joinLinks, type Listening } from './links.ts';
import type { ReportTarget } from './reporter.ts';

export interface Invitation extends Listening {
  readonly launch: Pick<CoordinatorLaunch, 'token' | 'viewToken' | 'adminToken' | 'isSupervised'>;
}

/** How to watch the run and how to take part; on standard error, so that results stay alone on standard output. */
export function printInvitation(target: ReportTarget, invitation: Invitation): void {
  const { isLocal, tokens, launch } = invitation;
  // What was given is known to whoever gave it, and standard error often ends in a log.
  const shown: Listening = {
    ...invitation,
    tokens: {
      worker: launch.token === undefined ? tokens.worker : 'LOCKSTEP_TOKEN',
      viewer: launch.viewToken === undefined ? tokens.viewer : 'LOCKSTEP_VIEW_TOKEN',
      admin: launch.adminToken === undefined ? tokens.admin : 'LOCKSTEP_ADMIN_TOKEN',
    },
  };
  const { admin, viewer } = dashboardLinks(shown);
  const lines = [`watch the run (you are its administrator):\n${indented(admin)}`];
  if (!isLocal) lines.push(`for those who only watch:\n${indented(viewer)}`);
  if (!launch.isSupervised || !isLocal) {
    const { here, elsewhere } = joinCommands(shown);
    lines.push(`add a worker on this machine:\n${indented(here)}`);
    if (elsewhere.length > 0) lines.push(`on another, in a clone after npm ci:\n${indented(elsewhere)}`);
  }
  const links = joinLinks(shown);
  lines.push(`or open in a browser:\n${indented(links)}`);
  if (isLocal) lines.push('on this machine only: start with --host 0.0.0.0 for others');
  if (invitation.tls?.fingerprint !== undefined) lines.push(describeCertificate(invitation.tls));
  if (tokens.worker === undefined && !isLocal) {
    lines.push('--open: whoever reaches this port may compute for this run, without a token');
  }
  target.err(`${lines.join('\n')}\n`);
  // No camera is on this machine's own way to itself.
  if (isLocal || target.columns === undefined || launch.token !== undefined) return;
  // Squares are for a camera in front of a screen: one for each name that somebody gave, of an address of the machine's the first.
  const isNamed = invitation.publicUrls.urls.length > 0;
  for (const link of isNamed ? links : links.slice(0, 1)) {
    const title = links.length > 1 && isNamed ? `${link}\n` : '';
    target.err(`${title}${renderUnicodeCompact(link, { border: 1 })}\n`);
  }
}

const indented = (lines: readonly string[]): string => lines.map((line) => `  ${line}`).join('\n');
