import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { buildWorkflowBundle } from '../../src/temporal/workflow-bundle.ts';
import { eventually } from '../support/waiting.ts';

const BUNDLER = fileURLToPath(new URL('../../src/temporal/bundle-workflows.ts', import.meta.url));

describe('bundling the workflows', () => {
  it('reports the error of the bundler, also to a caller who begins to wait only after it failed', async () => {
    const bundle = buildWorkflowBundle('/no folder/of-an-interceptor.ts');
    // Awaiting it would handle the rejection that must do no harm while nobody waits.
    await eventually(() => inspect(bundle).includes('<rejected>'), { withinMs: 20_000, what: 'the failure' });
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
