import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { buildWorkflowBundle } from '../../src/temporal/workflow-bundle.ts';

const BUNDLER = fileURLToPath(new URL('../../src/temporal/bundle-workflows.ts', import.meta.url));

describe('bundling the workflows', () => {
  it('tells what the bundler says when it fails, to whoever asks however late', async () => {
    const bundle = buildWorkflowBundle(['/no folder/of-an-interceptor.ts']);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    await expect(bundle).rejects.toThrow(
      /^The workflows could not be bundled \(exit status 1\):\n[^]*Can't resolve '\/no folder\/of-an-interceptor\.ts'/,
    );
  });

  it('ends with the process that asked for it', async () => {
    const bundler = spawn(process.execPath, [BUNDLER], { stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    bundler.stdout.on('data', (chunk) => (output += String(chunk)));
    bundler.stdin.end();
    const [status] = (await once(bundler, 'close')) as [number];
    expect({ status, output }).toEqual({ status: 1, output: '' });
  });
});
