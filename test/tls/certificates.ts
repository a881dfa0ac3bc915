/** An authority of a test's own, and certificates that it signs, in files as settings name them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export interface CertificateFiles {
  cert: string;
  key: string;
  certPem: string;
  keyPem: string;
}

export interface Authority {
  /** The file of its certificate. */
  ca: string;
  caPem: string;
  /** For a server on this machine, or for a client. */
  issue(name: string, options?: { hostnames?: readonly string[]; expired?: boolean }): Promise<CertificateFiles>;
}

const DAY_MS = 86_400_000;
const [DNS_NAME, IP_ADDRESS] = [2, 7] as const;

export async function createAuthority(folder: string, name: string): Promise<Authority> {
  const { cert: caPem, private: caKey } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    ...validFor(),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
  const ca = join(folder, `${name}-ca.pem`);
  await writeFile(ca, caPem);
  return {
    ca,
    caPem,
    async issue(subject, { hostnames = ['localhost'], expired = false } = {}) {
      const { cert: certPem, private: keyPem } = await generate([{ name: 'commonName', value: subject }], {
        keyType: 'ec',
        algorithm: 'sha256',
        ...validFor(expired),
        ca: { cert: caPem, key: caKey },
        extensions: [
          { name: 'basicConstraints', cA: false, critical: true },
          { name: 'keyUsage', digitalSignature: true, critical: true },
          { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
          {
            name: 'subjectAltName',
            altNames: [
              ...hostnames.map((value) => ({ type: DNS_NAME, value })),
              ...(hostnames.includes('localhost') ? [{ type: IP_ADDRESS, ip: '127.0.0.1' }] : []),
            ],
          },
        ],
      });
      const [cert, key] = [join(folder, `${subject}.pem`), join(folder, `${subject}.key`)];
      await writeFile(cert, certPem);
      await writeFile(key, keyPem, { mode: 0o600 });
      return { cert, key, certPem, keyPem };
    },
  };
}

function validFor(expired = false): { notBeforeDate: Date; notAfterDate: Date } {
  const from = Date.now() - 2 * DAY_MS;
  return { notBeforeDate: new Date(from), notAfterDate: new Date(from + (expired ? 1 : 30) * DAY_MS) };
}
