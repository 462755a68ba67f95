import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import 'virtual:theme.css';
import './theme/global.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { loadConfig } from './config.ts';
import { startSignIn } from './session/sign-in.ts';
import { StartFailedPage } from './session/start-failed-page.tsx';
import { reloadWhenStale } from './shell/reload-when-stale.ts';

reloadWhenStale();

const element = document.getElementById('root');
if (element === null) throw new Error('index.html has no element with the id "root".');
const root = createRoot(element);

try {
  const signIn = await startSignIn(await loadConfig());
  if (signIn !== undefined) {
    root.render(
      <StrictMode>
        <App signIn={signIn} />
      </StrictMode>,
    );
  }
} catch {
  root.render(<StartFailedPage />);
}
