import type { DeliberateDifferences } from './deliberate.ts';

export const STS: DeliberateDifferences = {
  members: [
    {
      at: ['AssumeRoleRequest.Tags', 'AssumeRoleRequest.SourceIdentity'],
      what: 'is not there',
      why: 'Sessions have no tags of their own; who began one is in the audit.',
    },
    {
      at: ['AssumeRoleRequest.SerialNumber', 'AssumeRoleRequest.TokenCode'],
      what: 'is not there',
      why: 'A condition on MFA looks at how the caller signed in: `GetSessionToken` takes the code.',
    },
    {
      at: ['GetSessionTokenRequest.SerialNumber'],
      what: 'is not required',
      why: 'A user has one authenticator at most.',
    },
  ],
  notOffered: [
    {
      actions: ['AssumeRoleWithSAML', 'AssumeRoleWithWebIdentity'],
      why: 'There is no single sign-on with SAML or OIDC.',
    },
    { actions: ['QueryApiKey'], why: '`cam:ListAccessKeys` lists keys.' },
  ],
};
