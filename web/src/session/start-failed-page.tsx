import { Button, MantineProvider, Text } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { CardPage } from '../shell/card-page.tsx';
import { Notice } from '../shell/notice.tsx';
import { strings } from '../strings/strings.ts';
import { theme } from '../theme/theme.ts';
import { returnPath } from './return-path.ts';

/** Before there is a session: the deployment's configuration or the identity provider did not answer. */
export function StartFailedPage() {
  const { title, body, retry } = strings.session.failed;
  const { origin, pathname, search } = window.location;
  useDocumentTitle(title);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <CardPage>
        <Notice title={title}>
          <Text>{body}</Text>
          <Button onClick={() => window.location.assign(returnPath(`${pathname}${search}`, origin))}>{retry}</Button>
        </Notice>
      </CardPage>
    </MantineProvider>
  );
}
