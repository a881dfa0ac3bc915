/** What is said of the transparency log. */
import type { LogAlert } from '../ports/alerts.ts';
import type { LogProblem, SignedHead } from '../ports/transparency-log.ts';
import type { AlertMessage } from './message.ts';

const PROBLEMS: Record<LogProblem, Pick<AlertMessage, 'level' | 'text'> & { remedy: string }> = {
  behind: {
    level: 'warning',
    text: 'The transparency log falls behind',
    remedy: 'look for a transaction that does not end (pg_stat_activity)',
  },
  contradiction: {
    level: 'critical',
    text: 'THE TRANSPARENCY LOG CONTRADICTS A HEAD THAT WAS SIGNED: it was shortened or rewritten. No head is signed until it fits again',
    remedy: 'order-sync audit head --check',
  },
  unsigned: {
    level: 'critical',
    text: 'The heads of the transparency log cannot be signed',
    remedy: 'put the key file back',
  },
};

export function logMessage({ problem, stage, detail }: LogAlert): AlertMessage {
  const { level, text, remedy } = PROBLEMS[problem];
  const isFound = stage === 'found';
  return {
    key: `log/${problem}/${stage}`,
    kind: `log-${problem}`,
    level: isFound ? level : 'info',
    text: isFound ? `${text}: ${detail}. ${remedy}` : `The transparency log is in order again; it was not: ${detail}.`,
    fields: { stage, detail, remedy: isFound ? remedy : null },
  };
}

/** One an hour. The note is all that somebody needs later who has the verifier keys from elsewhere. */
export function headMessage({ size, note, verifierKeys, signedAt }: SignedHead): AlertMessage {
  return {
    key: `log-head/${new Date().toISOString()}`,
    kind: 'log-head',
    level: 'info',
    text: `Head of the transparency log, ${size} leaves, signed ${signedAt}:\n${note}`,
    fields: { size: String(size), note, verifierKeys: verifierKeys.join(' '), signedAt },
  };
}
