/** What a program shows on a terminal, moment by moment. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import xterm, { type IBufferCell } from '@xterm/headless';

/** Characters of one look, side by side. */
export interface Span {
  text: string;
  /** `bright black` and the like are told apart by their number in the terminal's palette; null: the usual colour. */
  color: number | null;
  isBold: boolean;
  isDim: boolean;
}

export interface Frame {
  atMs: number;
  lines: readonly (readonly Span[])[];
}

export interface TerminalSize {
  columns: number;
  rows: number;
}

/** Runs a command of the shell on a terminal of that size, and looks at the screen each time. Rejects if it fails. */
export async function record(command: string, { columns, rows }: TerminalSize, everyMs: number): Promise<Frame[]> {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  // `script`, of util-linux, gives the command a terminal.
  const sized = `stty cols ${columns} rows ${rows}; ${command}`;
  const program = spawn('script', ['--quiet', '--return', '--flush', '--command', sized, '/dev/null'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const startedMs = performance.now();
  const frames: Frame[] = [];
  const look = (): void => {
    const lines = linesOf(terminal, rows);
    if (JSON.stringify(lines) === JSON.stringify(frames.at(-1)?.lines)) return;
    frames.push({ atMs: Math.round(performance.now() - startedMs), lines });
  };
  program.stdout.on('data', (chunk: Buffer) => terminal.write(chunk));
  const looks = setInterval(look, everyMs);
  const [status] = (await once(program, 'close').finally(() => clearInterval(looks))) as [number | null];
  await new Promise<void>((resolve) => terminal.write('', resolve));
  look();
  terminal.dispose();
  if (status !== 0) throw new Error(`the command ended with status ${status}: ${command}`);
  return frames;
}

function linesOf(terminal: xterm.Terminal, rows: number): Span[][] {
  const { active } = terminal.buffer;
  return Array.from({ length: rows }, (_, row) => {
    const line = active.getLine(active.viewportY + row);
    const spans: Span[] = [];
    for (let column = 0; column < terminal.cols; column += 1) {
      const cell = line?.getCell(column);
      if (cell !== undefined) append(spans, cell);
    }
    return trimmed(spans);
  });
}

function append(spans: Span[], cell: IBufferCell): void {
  const look = {
    color: cell.isFgPalette() ? cell.getFgColor() : null,
    isBold: cell.isBold() > 0,
    isDim: cell.isDim() > 0,
  };
  const text = cell.getChars() || ' ';
  const last = spans.at(-1);
  if (last?.color === look.color && last.isBold === look.isBold && last.isDim === look.isDim) last.text += text;
  else spans.push({ text, ...look });
}

/** Without the empty space at the end. */
function trimmed(spans: Span[]): Span[] {
  const last = spans.pop();
  if (last === undefined) return spans;
  const text = last.text.trimEnd();
  return text === '' ? trimmed(spans) : [...spans, { ...last, text }];
}
