import { Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { Component, type ReactNode } from 'react';
import { strings } from '../strings/strings.ts';
import { CardPage } from './card-page.tsx';
import { Notice } from './notice.tsx';

/** Keeps a page that fails to render from leaving nothing but white. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    if (!this.state.hasFailed) return this.props.children;
    const texts = strings.shell.crashed;
    return (
      <CardPage>
        <Notice icon={<IconAlertTriangle size={22} stroke={1.6} aria-hidden />} title={texts.title}>
          <Text>{texts.body}</Text>
          <Group>
            <Button onClick={() => window.location.reload()}>{texts.reload}</Button>
            <Button variant="default" component="a" href="/">
              {texts.toReports}
            </Button>
          </Group>
        </Notice>
      </CardPage>
    );
  }
}
