import '../ui/base.css';
import './join.css';
import { COPY_WORDS, copyText } from '../ui/copy-text.ts';
import { takeSecrets, type Secrets } from '../ui/secrets.ts';
import { darkness, storedTheme, storeTheme, type Theme } from '../ui/stored-theme.ts';
import { byId, showElement } from './elements.ts';
import { cleanedName, loadIdentity, nameOf } from './identity.ts';
import { Memory } from './memory.ts';
import { JoinPage } from './page.ts';
import { ScreenLock } from './politeness.ts';

/** Makes the page for volunteers alive. Its main thread shows what the Web Workers say and computes nothing itself. */

byId('unloaded').remove();
const forGood = Memory.of('localStorage');
const forTab = Memory.of('sessionStorage');
const nameInput = byId<HTMLInputElement>('name');
const themeChoice = byId<HTMLSelectElement>('theme');

let secrets: Secrets = takeSecrets('lockstep-join');
addEventListener('hashchange', () => (secrets = takeSecrets('lockstep-join')));

function showTheme(): void {
  const isDark = themeChoice.value === 'auto' ? darkness.matches : themeChoice.value === 'dark';
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light';
}
themeChoice.value = storedTheme();
showTheme();
darkness.addEventListener('change', showTheme);
themeChoice.addEventListener('change', () => {
  storeTheme(themeChoice.value as Theme);
  showTheme();
});

const identity = loadIdentity(forGood, (bytes) => crypto.getRandomValues(bytes));
nameInput.value = identity.name;
nameInput.addEventListener('change', () => {
  const name = cleanedName(nameInput.value) ?? nameOf(identity.key);
  nameInput.value = name;
  forGood.set('name', name);
});

const cores = navigator.hardwareConcurrency || 1;
const threadChoice = byId<HTMLSelectElement>('threads');
threadChoice.append(new Option('half, measured', ''));
for (let count = 1; count <= cores; count++) threadChoice.append(new Option(String(count)));
threadChoice.value = forGood.get('threads-chosen') ?? '';
if (threadChoice.selectedIndex < 0) threadChoice.value = '';
showElement('screen-choice', ScreenLock.isKnown);

const page = new JoinPage({ forGood, forTab, token: () => secrets.token });
byId('start').addEventListener('click', () => page.start());
byId('pause').addEventListener('click', () => page.pause(undefined));
byId('leave').addEventListener('click', () => page.leave());
byId('copy').addEventListener('click', () => {
  const shown = byId('sha256');
  void copyText(shown.textContent, shown).then((done) => (byId('copy').textContent = COPY_WORDS[done]));
});
page.wake();
