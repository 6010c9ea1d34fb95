import type { DescService } from '@bufbuild/protobuf';
import type { ServiceImpl } from '@connectrpc/connect';
import { AuthorizationService, IamService, TokenService } from '@muster/contract';
import type { IamContext } from '../context.ts';
import { addUser } from './add-user.ts';
import { attachUserPolicy } from './attach-user-policy.ts';
import { authenticate } from './authenticate.ts';
import { authorize } from './authorize.ts';
import { createAccessKey } from './create-access-key.ts';
import { createMfaDevice } from './create-mfa-device.ts';
import { createPolicy } from './create-policy.ts';
import { deleteAccessKey } from './delete-access-key.ts';
import { deleteMfaDevice } from './delete-mfa-device.ts';
import { deletePolicy } from './delete-policy.ts';
import { deleteUser } from './delete-user.ts';
import { detachUserPolicy } from './detach-user-policy.ts';
import { enableMfaDevice } from './enable-mfa-device.ts';
import { exchangeAccessKey } from './exchange-access-key.ts';
import { getCallerIdentity } from './get-caller-identity.ts';
import { getPolicy } from './get-policy.ts';
import { getSecurityLastUsed } from './get-security-last-used.ts';
import { getUser } from './get-user.ts';
import { listAccessKeys } from './list-access-keys.ts';
import { listAttachedUserPolicies } from './list-attached-user-policies.ts';
import { listPolicies } from './list-policies.ts';
import { listUsers } from './list-users.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { updateAccessKey } from './update-access-key.ts';
import { updatePolicy } from './update-policy.ts';
import { updateUser } from './update-user.ts';

/** UNFINISHED: goes with the last handler. */
function unfinished<S extends DescService>(service: S, handlers: Partial<ServiceImpl<S>>): ServiceImpl<S> {
  const none = () => {
    throw new Error('not built yet');
  };
  return {
    ...Object.fromEntries(service.methods.map((method) => [method.localName, none])),
    ...handlers,
  } as ServiceImpl<S>;
}

/** Every method for Muster's own services. */
export function authorizationHandlers(context: IamContext) {
  return unfinished(AuthorizationService, {
    authenticate: authenticate(context),
    authorize: authorize(context),
  });
}

/** Every method that gives or ends a token. */
export function tokenHandlers(context: IamContext) {
  return unfinished(TokenService, {
    exchangeAccessKey: exchangeAccessKey(context),
    login: login(context),
    logout: logout(context),
    getCallerIdentity: getCallerIdentity(context),
  });
}

/** Every method on users, keys and policies. */
export function iamHandlers(context: IamContext) {
  return unfinished(IamService, {
    addUser: addUser(context),
    getUser: getUser(context),
    listUsers: listUsers(context),
    updateUser: updateUser(context),
    deleteUser: deleteUser(context),
    createAccessKey: createAccessKey(context),
    listAccessKeys: listAccessKeys(context),
    updateAccessKey: updateAccessKey(context),
    deleteAccessKey: deleteAccessKey(context),
    getSecurityLastUsed: getSecurityLastUsed(context),
    createMfaDevice: createMfaDevice(context),
    enableMfaDevice: enableMfaDevice(context),
    deleteMfaDevice: deleteMfaDevice(context),
    createPolicy: createPolicy(context),
    updatePolicy: updatePolicy(context),
    getPolicy: getPolicy(context),
    listPolicies: listPolicies(context),
    deletePolicy: deletePolicy(context),
    attachUserPolicy: attachUserPolicy(context),
    detachUserPolicy: detachUserPolicy(context),
    listAttachedUserPolicies: listAttachedUserPolicies(context),
  });
}
