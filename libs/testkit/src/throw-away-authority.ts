import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate and its private key, PEM files. */
export interface IssuedCertificate {
  readonly certFile: string;
  readonly keyFile: string;
}

/** An authority for one machine: what it issues is good for localhost and 127.0.0.1. */
export interface ThrowAwayAuthority {
  /** What has to be believed. */
  readonly caFile: string;
  /** A certificate for servers and clients; the same name again is the same one, while its files are there. */
  issue(name: string): IssuedCertificate;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Makes an authority in a folder of mode 0700 with openssl, or finds the one that was made there. Nothing of it is for more than trying out. */
export function throwAwayAuthority(folder: string): ThrowAwayAuthority {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const caFile = join(folder, 'ca.pem');
  const caKey = join(folder, 'ca.key');
  const make = (
    name: string,
    extensions: readonly string[],
    { certFile, keyFile }: IssuedCertificate,
    by: string[],
  ) => {
    const config = join(folder, `${name}.cnf`);
    writeFileSync(config, `[req]\ndistinguished_name = dn\n[dn]\n[made]\n${extensions.join('\n')}\n`);
    const subject = ['-subj', `/O=Muster, throw-away/CN=${name}`];
    const files = ['-keyout', keyFile, '-out', certFile, '-config', config, '-extensions', 'made'];
    execFileSync('openssl', ['req', '-x509', ...KEY, ...by, '-days', '365', ...subject, ...files], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  };
  if (!existsSync(caFile)) {
    const extensions = ['basicConstraints = critical, CA:TRUE', 'keyUsage = critical, keyCertSign'];
    make('ca', extensions, { certFile: caFile, keyFile: caKey }, []);
  }
  return {
    caFile,
    issue(name) {
      const issued = { certFile: join(folder, `${name}.pem`), keyFile: join(folder, `${name}.key`) };
      const extensions = [
        'basicConstraints = critical, CA:FALSE',
        'subjectAltName = DNS:localhost, IP:127.0.0.1',
        'extendedKeyUsage = serverAuth, clientAuth',
      ];
      if (!existsSync(issued.certFile)) make(name, extensions, issued, ['-CA', caFile, '-CAkey', caKey]);
      return issued;
    },
  };
}
