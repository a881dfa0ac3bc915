/** `npm run check:rules`: promtool reads the alert rules and runs their tests. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { FOLDER } from './files.ts';
import { ensureProgram } from './prometheus-programs.ts';

const promtool = await ensureProgram('promtool', console.error);
for (const command of [
  ['check', 'rules', 'alerts.yaml'],
  ['test', 'rules', 'alerts.test.yaml'],
]) {
  const [status] = await once(spawn(promtool, command, { cwd: FOLDER, stdio: 'inherit' }), 'close');
  if (status !== 0) process.exitCode = 1;
}
