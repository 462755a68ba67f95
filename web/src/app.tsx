import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { BrowserRouter } from 'react-router';
import { createApiClient } from './api/api-client.ts';
import { ApiContext } from './api/api-context.ts';
import { createQueryClient } from './api/query-client.ts';
import { AppRoutes } from './routes.tsx';
import { SignedIn } from './session/session.tsx';
import type { SignIn } from './session/sign-in.ts';
import { ErrorBoundary } from './shell/error-boundary.tsx';
import { theme } from './theme/theme.ts';

/** All providers, around the routes. */
export function App({ signIn }: { signIn: SignIn }) {
  const [api] = useState(() => createApiClient(signIn));
  const [queries] = useState(createQueryClient);
  return (
    // The variables come from a style sheet made by the build: see web/build/theme-styles.ts.
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <Notifications position="bottom-right" transitionDuration={150} notificationMaxHeight={400} />
      <SignedIn signIn={signIn}>
        <QueryClientProvider client={queries}>
          <ApiContext value={api}>
            {/* Drawn at once: a choice is made from the address as it is, also when it follows fast upon another. */}
            <BrowserRouter useTransitions={false}>
              <ErrorBoundary>
                <AppRoutes />
              </ErrorBoundary>
            </BrowserRouter>
          </ApiContext>
        </QueryClientProvider>
      </SignedIn>
    </MantineProvider>
  );
}
