/** Freezes processes; what this returns has them go on. */
export function freeze(pids: number[]): () => void {
  const frozen = pids.filter((pid) => sent(pid, 'SIGSTOP'));
  return () => frozen.forEach((pid) => sent(pid, 'SIGCONT'));
}

/** False where the process has ended already. */
function sent(pid: number, signal: 'SIGSTOP' | 'SIGCONT'): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
