import { readFile } from 'node:fs/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { messageOf } from '../../domain/message-of.ts';
import { dataFolder, LOCAL_PORTS } from '../../local/locations.ts';
import type { Cli } from '../cli.ts';
import { untilAborted } from '../../process/main.ts';
import type { Scenario } from '../../simulator/index.ts';
import { withExamples } from '../shared-options.ts';
import { CouldNotError, UsageError } from '../failure.ts';

interface Flags {
  port: number;
  seed: number;
  scenario?: string;
  tls?: boolean;
}

export function addSimulator(program: Command, cli: Cli): void {
  const command = program
    .command('simulator')
    .summary('run the simulated exchange')
    .description(
      'Runs a simulated Coinbase on this machine until Ctrl-C, and prints what points a worker at it. It forgets its orders when it ends.',
    )
    .option('--port <port>', 'where it listens; 0 takes a free one', wholeNumberUpTo(65_535), LOCAL_PORTS.simulator)
    .option('--seed <number>', 'the seed of its random prices and faults', wholeNumberUpTo(2 ** 32 - 1), 1)
    .option(
      '--scenario <file>',
      'JSON with any of plans [{target, plan}], faults, pushFaults and limits; set before the first order',
    )
    .option('--tls', 'https and wss, with a certificate that it makes; for clients that refuse anything else')
    .action((flags: Flags) => simulator(flags, cli));
  withExamples(command, [
    ['On its usual port', 'order-sync simulator'],
    ['Beside another one, with other prices', 'order-sync simulator --port 0 --seed 7'],
    ['For a client that accepts only https', 'order-sync simulator --tls'],
    ['With orders and faults as a file says', 'order-sync simulator --scenario half-filled.json'],
  ]);
}

async function simulator(
  { port, seed, scenario: scenarioFile, tls = false }: Flags,
  { output, stop }: Cli,
): Promise<void> {
  // Loaded only where they are needed: with the simulator every command would take a fifth longer to start.
  const [{ startSimulator }, { simulatorCertificate, simulatorKey }] = await Promise.all([
    import('../../simulator/index.ts'),
    import('../../local/simulator-credentials.ts'),
  ]);
  const scenario = scenarioFile === undefined ? {} : await readScenarioFile(scenarioFile);
  const keyFile = dataFolder('simulator-key.json');
  const { name, publicKeyPem } = await simulatorKey(keyFile);
  const certificateFile = tls ? dataFolder('simulator-certificate.pem') : null;
  const certificate =
    certificateFile === null
      ? null
      : await simulatorCertificate(certificateFile, dataFolder('simulator-certificate-key.pem'));
  const running = await startSimulator({ keys: [{ name, publicKeyPem }], port, seed, certificate }).catch(
    (error: unknown) => {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EADDRINUSE') throw error;
      throw new CouldNotError(
        `port ${port} is taken: end what uses it (\`order-sync start\` runs a simulator too), or give --port 0`,
      );
    },
  );
  try {
    running.play(scenario);
    const { url, wsUrl } = running;
    const announced = { url, wsUrl, seed, keyName: name, keyFile, certificateFile };
    output.answer(announced, () => announcement(announced));
    await untilAborted(stop);
  } finally {
    await running.close();
  }
}

async function readScenarioFile(file: string): Promise<Scenario> {
  const { parseScenario } = await import('../../simulator/index.ts');
  try {
    return parseScenario(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageError([`--scenario ${file}: ${messageOf(error)}`]);
  }
}

interface Announced {
  url: string;
  keyName: string;
  keyFile: string;
  certificateFile: string | null;
}

/** Names the private key's file instead of the key, which would stay in scrollback and logs. */
function announcement({ url, keyName, keyFile, certificateFile }: Announced): string {
  return [
    `The simulated exchange is at ${url}. To point a worker at it, in another terminal:`,
    '',
    ...(certificateFile === null ? [] : [`export NODE_EXTRA_CA_CERTS=${quoted(certificateFile)}`]),
    `export COINBASE_REST_URL=${quoted(url)}`,
    `export COINBASE_API_KEY_NAME=${quoted(keyName)}`,
    `export COINBASE_API_PRIVATE_KEY="$(node -p 'require(process.argv[1]).privateKeyPem' ${quoted(keyFile)})"`,
    'order-sync worker',
    '',
    'Ctrl-C ends it, and it forgets its orders.',
  ].join('\n');
}

/** As a POSIX shell takes it for one word. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function wholeNumberUpTo(max: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
    if (value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from 0 to ${max}.`);
  };
}
