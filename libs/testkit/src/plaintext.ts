/** The settings of a process that speaks plaintext on loopback, as tests in one process do. */
export const PLAINTEXT = {
  tlsCert: '',
  tlsKey: '',
  tlsClientCa: '',
  peersCa: '',
  peersCert: '',
  peersKey: '',
  natsCa: '',
  allowPlaintext: false,
} as const;
