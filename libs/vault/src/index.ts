export { makeMasterKeyFile, masterVault, newKey, readSecretFile, Vault } from './vault.ts';
