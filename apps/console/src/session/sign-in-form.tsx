import { timestampMs } from '@bufbuild/protobuf/wkt';
import { Anchor, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { tokens } from '../api/clients.ts';
import { readFailure } from '../api/failure.ts';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { type Session, session } from './session.ts';

/** Refusals that a further field answers. */
const NEEDS_CODE = 'FailedOperation.CheckMFAError';
const NEEDS_NEW_PASSWORD = 'OperationDenied.NeedResetPassword';

/** Trades a name and a password for the token of this tab. */
export function SignInForm({ known }: { known?: Session | undefined }) {
  const [accountUin, setAccountUin] = useState(known?.accountUin ?? '');
  const [userName, setUserName] = useState(known?.userName ?? '');
  const [password, setPassword] = useState('');
  const [mfaCode, setMfaCode] = useState('');
  const [newPassword, setNewPassword] = useState('');
  const [asked, setAsked] = useState<ReadonlySet<string>>(new Set());
  const [withAccount, setWithAccount] = useState(accountUin !== '');
  const badAccount = accountUin !== '' && !/^\d{1,20}$/.test(accountUin);

  const login = useMutation({
    mutationFn: () => tokens.login({ accountUin: accountUin || '0', userName, password, mfaCode, newPassword }),
    onSuccess: ({ token, expiredTime }) => {
      const expiresAt = expiredTime ? timestampMs(expiredTime) : Number.MAX_SAFE_INTEGER;
      session.begin({ token, expiresAt, accountUin, userName });
    },
    onError: (error) => {
      const { code } = readFailure(error);
      if (code === NEEDS_CODE) setMfaCode('');
      if (code === NEEDS_CODE || code === NEEDS_NEW_PASSWORD) setAsked(new Set([...asked, code]));
      else setPassword('');
    },
  });

  const submit = (event: FormEvent) => {
    event.preventDefault();
    login.mutate();
  };

  return (
    <form onSubmit={submit} aria-label="Sign in">
      <Stack gap="md">
        {login.error && <FailureAlert error={login.error} what="You were not signed in" />}
        {withAccount ? (
          <TextInput
            label="Account"
            description="The root uin; leave it empty for the only account"
            inputMode="numeric"
            value={accountUin}
            error={badAccount && 'a uin is a number'}
            onChange={(event) => setAccountUin(event.currentTarget.value.trim())}
          />
        ) : null}
        <TextInput
          label="User"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          data-autofocus={known ? undefined : true}
          autoFocus={!known}
          required
          withAsterisk={false}
          value={userName}
          onChange={(event) => setUserName(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          data-autofocus={known ? true : undefined}
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {asked.has(NEEDS_CODE) && (
          <TextInput
            label="One-time code"
            description="The six digits that your authenticator shows"
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={6}
            value={mfaCode}
            onChange={(event) => setMfaCode(event.currentTarget.value.trim())}
          />
        )}
        {asked.has(NEEDS_NEW_PASSWORD) && (
          <PasswordInput
            label="New password"
            description="8 characters or more, with upper case, lower case, digit and special"
            autoComplete="new-password"
            value={newPassword}
            onChange={(event) => setNewPassword(event.currentTarget.value)}
          />
        )}
        <Button type="submit" loading={login.isPending} disabled={!userName || !password || badAccount} fullWidth>
          Sign in
        </Button>
        {!withAccount && (
          <Anchor component="button" type="button" size="xs" ta="center" onClick={() => setWithAccount(true)}>
            Sign in to another account
          </Anchor>
        )}
      </Stack>
    </form>
  );
}
