export {
  coversBody,
  parseTc3Authorization,
  signedHeadersFault,
  TC3,
  type Tc3Authorization,
  type Tc3Request,
  tc3Signature,
  tc3SigningKey,
  tc3StringsToSign,
} from './tc3.ts';
export { V1_METHODS, type V1Method, v1Signature, v1StringsToSign } from './v1.ts';
