import type { Context } from './contexts.ts';

/** A context without its secrets. */
export interface ContextView {
  readonly Name: string;
  readonly Current: boolean;
  readonly Url: string;
  readonly Kind: 'access key' | 'token' | 'password' | 'logged out';
  readonly SecretId?: string;
  readonly User?: string;
}

/** What may be shown of a context. */
export function describeContext(name: string, context: Context, current: string | undefined): ContextView {
  const { url, secretId, secretKey, token, user } = context;
  return {
    Name: name,
    Current: name === current,
    Url: url,
    Kind: token ? 'token' : secretKey ? 'access key' : user ? 'password' : 'logged out',
    ...(secretId ? { SecretId: secretId } : {}),
    ...(user ? { User: user } : {}),
  };
}
