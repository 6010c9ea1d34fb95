import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core';
import { CircleAlert, ShieldAlert } from 'lucide-react';
import { type Failure, readFailure } from '../api/failure.ts';

/** Says what was refused and why: the code, the message, and for a denial which action on which resource. */
export function FailureAlert({ error, ...rest }: { error: unknown; what: string; onRetry?: () => void }) {
  return <FailureNotice failure={readFailure(error)} {...rest} />;
}

/** The same for a failure that has been read already. */
export function FailureNotice({ failure, what, onRetry }: { failure: Failure; what: string; onRetry?: () => void }) {
  const denied = failure.action !== undefined;
  return (
    <Alert
      role="alert"
      color={denied ? 'amber' : 'brick'}
      variant="light"
      icon={denied ? <ShieldAlert size={18} /> : <CircleAlert size={18} />}
      title={what}
    >
      <Stack gap={6}>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {failure.message}
        </Text>
        {denied && (
          <Text size="sm" component="dl" m={0} style={{ overflowWrap: 'anywhere' }}>
            <Fact name="Action">{failure.action}</Fact>
            <Fact name="Resource">{failure.resource}</Fact>
          </Text>
        )}
        <Group gap="xs">
          <Code>{failure.code}</Code>
          {failure.requestId && (
            <Text size="xs" c="dimmed">
              request <span className="mono">{failure.requestId}</span>
            </Text>
          )}
          {onRetry && (
            <Button size="compact-xs" variant="subtle" onClick={onRetry}>
              Try again
            </Button>
          )}
        </Group>
      </Stack>
    </Alert>
  );
}

function Fact({ name, children }: { name: string; children: string | undefined }) {
  return (
    <div style={{ display: 'flex', gap: 8 }}>
      <dt style={{ minWidth: 70 }}>{name}</dt>
      <dd style={{ margin: 0 }} className="mono">
        {children}
      </dd>
    </div>
  );
}
