import { key, read, service, write } from './define.ts';

/** A role may be named by its name or by its id (CAM section 4). */
const ROLES = ['qcs::cam::$account:roleName/$roleName', 'qcs::cam::$account:role/$roleId'];

/** Security Token Service (CAM section 9). What it tells everybody about themselves is here too: CAM lists it. */
export const STS = service({
  service: 'sts',
  title: 'Security Token Service',
  complete: true,
  conditionKeys: [
    key('oidc:iss', 'string', 'The issuer of an OpenID Connect token.'),
    key('oidc:aud', 'string', 'The audience of an OpenID Connect token.'),
    key('oidc:sub', 'string', 'The subject of an OpenID Connect token.'),
    key('saml:iss', 'string', 'The issuer of a SAML assertion.'),
    key('saml:aud', 'string', 'The audience of a SAML assertion.'),
    key('saml:sub', 'string', 'The subject of a SAML assertion.'),
    key('saml:sub_type', 'string', 'The kind of subject of a SAML assertion.'),
  ],
  actions: [
    write('AssumeRole', 'Takes a role on.', ROLES),
    write('AssumeRoleWithSAML', 'Takes a role on with a SAML assertion.', ROLES),
    write('AssumeRoleWithWebIdentity', 'Takes a role on with an OpenID Connect token.', ROLES),
    write('GetFederationToken', 'Issues a credential with at most the rights of the caller.'),
    write('GetSessionToken', 'Issues a credential of the caller that has proved a second factor.'),
    read('GetCallerIdentity', 'Tells callers who they are.'),
    read('QueryApiKey', 'Lists the keys of the caller.'),
  ],
});
