import { render } from 'preact';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/layout.css';
import './styles/login.css';
import './styles/list.css';
import './styles/talk.css';
import './styles/message.css';
import './styles/composer.css';
import './styles/dialog.css';
import { App } from './app.js';
import { applyTheme } from './state/theme.js';

applyTheme();
const root = document.getElementById('app');
if (root) render(<App />, root);
