import { Button, MantineProvider, Text, Title } from '@mantine/core';
import { CardPage } from '../shell/card-page.tsx';
import { strings } from '../strings/strings.ts';
import { theme } from '../theme/theme.ts';

/** Before there is a session: the deployment's configuration or the identity provider did not answer. */
export function StartFailedPage() {
  const { title, body, retry } = strings.session.failed;
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <CardPage title={title}>
        <Title order={1}>{title}</Title>
        <Text>{body}</Text>
        <Button onClick={() => window.location.assign('/')}>{retry}</Button>
      </CardPage>
    </MantineProvider>
  );
}
