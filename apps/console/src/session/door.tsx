import { Center, Modal, Stack, Text, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { Logo } from '../ui/logo.tsx';
import { session } from './session.ts';
import { SignInForm } from './sign-in-form.tsx';
import { useExpiredSession, useSession } from './use-session.ts';

/**
 * Lets nobody in without a session. When a token ends in the middle of work the page stays where it is, with everything that was
 * typed, and the form stands in front of it.
 */
export function Door({ children }: { children: ReactNode }) {
  const current = useSession();
  const expired = useExpiredSession();
  const queries = useQueryClient();

  useEffect(() => {
    if (current) void queries.invalidateQueries();
    else if (!expired) queries.clear();
  }, [current, expired, queries]);

  if (!current && !expired) return <SignInPage />;
  return (
    <>
      {children}
      <Modal
        opened={!current}
        onClose={() => session.end()}
        title="Your session has ended"
        closeOnClickOutside={false}
        closeButtonProps={{ 'aria-label': 'Sign out' }}
        centered
      >
        <Stack gap="md">
          <Text size="sm" c="dimmed">
            Sign in again to go on exactly where you were.
          </Text>
          <SignInForm known={expired} />
        </Stack>
      </Modal>
    </>
  );
}

function SignInPage() {
  return (
    <Center component="main" mih="100dvh" p="md">
      <Stack w="100%" maw={380} gap="lg">
        <Stack gap={10} align="center">
          <Logo size={44} />
          <Title order={1} size="h2">
            Sign in to Muster
          </Title>
          <Text c="dimmed" size="sm" ta="center">
            Run commands on your instances and watch every line arrive.
          </Text>
        </Stack>
        <div className="card" style={{ padding: 24 }}>
          <SignInForm />
        </div>
      </Stack>
    </Center>
  );
}
