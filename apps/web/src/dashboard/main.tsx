import './before-all.ts';
import { render } from 'preact';
import '../ui/base.css';
import './dashboard.css';
import { takeSecrets } from '../ui/secrets.ts';
import { startTheme } from '../ui/theme.ts';
import { App } from './app.tsx';
import { connect } from './connect.ts';

startTheme();
const app = document.getElementById('app')!;
app.replaceChildren();
render(<App />, app);
connect(takeSecrets('lockstep-dashboard'));
// The link of a newer start, pasted here, changes the fragment alone, which loads nothing.
addEventListener('hashchange', () => location.hash !== '' && connect(takeSecrets('lockstep-dashboard')));
