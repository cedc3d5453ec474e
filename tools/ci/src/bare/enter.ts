import { spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { users, type UserKind } from './tree.ts';

/** A command that takes longer has failed. */
const MOST_MINUTES = 40;

/**
 * Runs in a mount and a process namespace of its own, so that all that is mounted and started here is gone with its first process. The
 * devices are those that any machine has.
 */
const ENTER = `set -e
tree=$1 id=$2 home=$3 command=$4
mount --make-rprivate /
mount -t proc proc "$tree/proc"
mount -t sysfs -o ro sysfs "$tree/sys"
mount -t tmpfs -o mode=755 tmpfs "$tree/dev"
for name in null zero full random urandom tty; do touch "$tree/dev/$name"; mount --bind "/dev/$name" "$tree/dev/$name"; done
ln -s /proc/self/fd "$tree/dev/fd"
for name in stdin:0 stdout:1 stderr:2; do ln -s "/proc/self/fd/\${name#*:}" "$tree/dev/\${name%:*}"; done
mkdir "$tree/dev/shm" "$tree/dev/pts"
mount -t tmpfs -o mode=1777 tmpfs "$tree/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$tree/dev/pts"
ln -s pts/ptmx "$tree/dev/ptmx"
if [ "$5" = offline ]; then ip link set lo up; fi
exec chroot --userspec="$id:$id" --groups="$id" "$tree" /usr/bin/env -i PATH=/usr/local/bin:/usr/bin:/bin HOME="$home" \\
  /bin/sh -c "cd ~/lockstep && $command"`;

export interface Visit {
  readonly tree: string;
  readonly user: UserKind;
  readonly command: string;
  /** Whether there is a network but for the loopback. */
  readonly isOnline: boolean;
  /** Where the output goes, both streams. */
  readonly log: string;
}

/** Runs a command in a tree's clone with nothing of this machine's environment. */
export async function visit({ tree, user, command, isOnline, log }: Visit): Promise<Seen> {
  const { id, home } = users[user];
  const network = isOnline ? [] : ['--net'];
  const args = ['sh', '-c', ENTER, 'sh', tree, String(id), home, command, isOnline ? 'online' : 'offline'];
  const begin = process.hrtime.bigint();
  const child = spawn('unshare', ['--mount', '--pid', '--fork', '--kill-child', ...network, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: MOST_MINUTES * 60_000,
    killSignal: 'SIGKILL',
  });
  const stopWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', stopWithUs);
  const file = createWriteStream(log);
  child.stdout.pipe(file, { end: false });
  child.stderr.pipe(file, { end: false });
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  process.off('exit', stopWithUs);
  await finished(file.end());
  const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
  return { isGood: status === 0, seconds, text: readFileSync(log, 'utf8') };
}

export interface Seen {
  readonly isGood: boolean;
  readonly seconds: number;
  readonly text: string;
}
