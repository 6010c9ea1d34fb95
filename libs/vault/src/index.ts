export { makeMasterKeyFile, masterVault, newKey, Vault } from './vault.ts';
