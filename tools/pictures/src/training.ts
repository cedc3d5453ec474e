import { setTimeout as delay } from 'node:timers/promises';
import type { Tab } from '@lockstep/browsers';
import type { Studio } from './studio.ts';

const text = (id: string): string => `document.getElementById('${id}').innerText`;

/** A button of the dashboard, by what it says. */
const pressed = (name: string): string =>
  `[...document.querySelectorAll('button')].find((button) => button.innerText.trim() === '${name}').click()`;

const named = (name: string): string =>
  `(() => { const input = document.getElementById('name'); input.value = '${name}';
     input.dispatchEvent(new Event('change')); })()`;

const pressedId = (id: string): string => `document.getElementById('${id}').click()`;

/** A run that goes well, from its first moment to its last. */
export async function takeTrainingPictures(studio: Studio): Promise<void> {
  const coordinator = studio.lockstep([
    ...['coordinator', '--format', 'json', '--port', '0', '--out', studio.run('digits-by-many')],
    // Steps that take long enough for everybody to be of use, on a machine that has to be all of them.
    ...['--batch-size', '4096', '--leaf-rows', '64', '--epochs', '80', '--lr', '0.05'],
  ]);
  const dashboard = await coordinator.said(/administrator\):\n {2}(http:\S+)\n/);
  const join = await coordinator.said(/open in a browser:\n {2}(http:\S+)\n/);
  const url = await coordinator.said(/ worker (ws:\S+)/);

  const watching = await studio.open(dashboard);
  await watching.until(`document.body.innerText.includes('on this machine only')`);
  await studio.take('dashboard-waiting', watching);

  const phone = await studio.open(join, { place: 'phone', theme: 'light' });
  await phone.evaluate(named('Pixel 8'));
  await studio.take('volunteer-ready', phone);
  const laptop = await studio.open(join);
  await laptop.evaluate(named('kitchen laptop'));
  // In plain JavaScript it is slower than the tabs, which have their share of the pictures.
  studio.lockstep(['worker', url, '--name', 'rack-1', '--threads', '1', '--backend', 'reference']);
  for (const tab of [phone, laptop]) await tab.evaluate(pressedId('start'));
  for (const tab of [phone, laptop]) await tab.until(`Number.parseFloat(${text('rate')}) > 0`, 60_000);
  await watching.until(`document.body.innerText.includes('Epoch 8 done')`, 400_000);
  await studio.take('volunteer-helping', phone, { place: 'phone', theme: 'light' });
  await studio.take('dashboard-training', watching, { place: 'desk', theme: 'light' });
  if (studio.isComplete) await takePauses(studio, watching, phone);
  else {
    await filmLoss(studio, watching);
    await studio.take('dashboard-training', watching, { place: 'desk', theme: 'dark' });
    await studio.take('volunteer-helping', phone, { place: 'phone', theme: 'dark' });
    return;
  }
  await coordinator.exit;
  await delay(500);
  await studio.take('volunteer-finished', phone);
  await studio.take('dashboard-finished', watching);
}

/** A worker is cut off: its leaves go grey, and somebody else has them. */
async function filmLoss(studio: Studio, watching: Tab): Promise<void> {
  await watching.resize({ width: 1280, height: 820 });
  await watching.evaluate(`scrollTo(0, document.querySelector('.people').offsetTop - 380)`);
  const film = studio.film('a-worker-is-killed', watching, 6, 5);
  await delay(1500);
  await watching.evaluate(pressed('Kill a worker'));
  await film;
}

async function takePauses(studio: Studio, watching: Tab, phone: Tab): Promise<void> {
  await phone.evaluate(pressedId('pause'));
  await phone.until(`${text('title')} === 'Paused'`);
  await studio.take('volunteer-paused', phone);
  await phone.evaluate(pressedId('leave'));
  await studio.take('volunteer-left', phone);
  await watching.evaluate(pressed('Pause'));
  await watching.until(`document.querySelector('.pill').innerText === 'paused'`);
  await studio.take('dashboard-paused', watching);
  await watching.evaluate(pressed('Resume'));
  await phone.evaluate(pressedId('start'));
  await phone.until(`Number.parseFloat(${text('rate')}) > 0`, 60_000);
}
