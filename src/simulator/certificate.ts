/** A self-signed certificate for clients that accept only https. They must be told to trust it. */

export interface Certificate {
  certificatePem: string;
  privateKeyPem: string;
}

const NAME = 'order-sync simulated exchange';
const VALID_DAYS = 365;
const MS_PER_DAY = 86_400_000;
/** As `subjectAltName` numbers them. */
const [DNS_NAME, IP_ADDRESS] = [2, 7] as const;

/** For the names of loopback. Python requires extensions that other clients do not need. */
export async function createCertificate(): Promise<Certificate> {
  // Loaded only where it is needed: it takes as long as the rest of the simulator.
  const { generate } = await import('selfsigned');
  const notBeforeDate = new Date();
  const { cert, private: privateKeyPem } = await generate([{ name: 'commonName', value: NAME }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate,
    notAfterDate: new Date(notBeforeDate.getTime() + VALID_DAYS * MS_PER_DAY),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: DNS_NAME, value: 'localhost' },
          { type: IP_ADDRESS, ip: '127.0.0.1' },
          { type: IP_ADDRESS, ip: '::1' },
        ],
      },
    ],
  });
  return { certificatePem: cert, privateKeyPem };
}
