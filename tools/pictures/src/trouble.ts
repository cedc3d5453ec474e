import type { Studio } from './studio.ts';

const TOKEN = 'a-token-for-pictures';
const start = `document.getElementById('start').click()`;

/** What does not go well: a run that diverges, a token that is missing, a coordinator that is gone. */
export async function takeTroublePictures(studio: Studio): Promise<void> {
  await takeDivergence(studio);
  const coordinator = studio.lockstep(
    ['coordinator', '--format', 'json', '--port', '0', '--out', studio.run('secret')],
    { LOCKSTEP_TOKEN: TOKEN },
  );
  const dashboard = await coordinator.said(/administrator\):\n {2}(http:\S+)\n/);
  const join = await coordinator.said(/open in a browser:\n {2}(http:[^#\s]+)/);
  const stranger = await studio.open(join);
  await stranger.evaluate(start);
  await stranger.until(`document.body.dataset.mode === 'over refused'`);
  await studio.take('volunteer-refused', stranger);

  const watching = await studio.open(dashboard);
  const helping = await studio.open(`${join}#token=${TOKEN}`);
  await helping.evaluate(start);
  await helping.until(`document.getElementById('share').hidden === false`);
  coordinator.child.kill('SIGKILL');
  await watching.until(`document.querySelector('.pill').innerText === 'connection lost'`);
  await helping.until(`document.getElementById('countdown').innerText !== ''`);
  await studio.take('volunteer-retrying', helping);
  await studio.take('dashboard-lost', watching);
}

async function takeDivergence(studio: Studio): Promise<void> {
  const coordinator = studio.lockstep([
    ...['coordinator', '--format', 'json', '--port', '0', '--lr', '1e30', '--out', studio.run('too-fast')],
  ]);
  const watching = await studio.open(await coordinator.said(/administrator\):\n {2}(http:\S+)\n/));
  const helping = await studio.open(await coordinator.said(/open in a browser:\n {2}(http:\S+)\n/));
  await helping.evaluate(start);
  await coordinator.exit;
  await helping.until(`document.body.dataset.mode === 'over diverged'`);
  await studio.take('volunteer-diverged', helping);
  await studio.take('dashboard-diverged', watching);
}
